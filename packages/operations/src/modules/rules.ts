import { defineModule } from '../module.ts';

/**
 * Days are texts yyyy-MM-dd, times are local civil times yyyy-MM-dd HH:mm:ss, so that they read and sort the same in every
 * driver.
 */
export interface RulesTables {
  readonly rule_versions: {
    readonly rule_id: string;
    readonly version: number;
    readonly text: string;
    readonly hash: string;
    readonly author: string;
    readonly state: string;
    readonly created_at: string;
  };
  readonly reviews: {
    readonly seq: number;
    readonly rule_id: string;
    readonly version: number;
    /** checked, backtested, approved or rejected. */
    readonly kind: string;
    readonly by_login: string;
    readonly at: string;
    readonly why: string | null;
    /** Result of a back-test as JSON, and its SHA-256. */
    readonly summary: string | null;
    readonly summary_hash: string | null;
  };
  readonly publications: {
    readonly seq: number;
    readonly rule_id: string;
    /** null: from that day on no version is in force (the rule is retired). */
    readonly version: number | null;
    readonly area: string;
    readonly from_day: string;
    readonly to_day: string | null;
    readonly published_by: string;
    readonly published_at: string;
    readonly reason: string | null;
  };
}

/** Versions of rules, what was decided about them, and what was declared to be in force. */
export const rulesModule = defineModule<RulesTables>({
  id: 'rules',
  migrations: [
    {
      number: 1,
      kind: 'schema',
      name: 'versions of rules, reviews, publications',
      statements: [
        `CREATE TABLE rule_versions (rule_id text NOT NULL, version integer NOT NULL CHECK (version > 0), text text NOT NULL,
           hash text NOT NULL, author text NOT NULL REFERENCES people (login), state text NOT NULL, created_at text NOT NULL,
           PRIMARY KEY (rule_id, version))`,
        `CREATE TABLE reviews (seq integer PRIMARY KEY, rule_id text NOT NULL, version integer NOT NULL, kind text NOT NULL,
           by_login text NOT NULL REFERENCES people (login), at text NOT NULL, why text, summary text, summary_hash text,
           FOREIGN KEY (rule_id, version) REFERENCES rule_versions (rule_id, version))`,
        `CREATE TABLE publications (seq integer PRIMARY KEY, rule_id text NOT NULL, version integer, area text NOT NULL,
           from_day text NOT NULL, to_day text CHECK (to_day >= from_day), published_by text NOT NULL REFERENCES people (login),
           published_at text NOT NULL, reason text,
           FOREIGN KEY (rule_id, version) REFERENCES rule_versions (rule_id, version))`,
        `CREATE FUNCTION keep_rule_text() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF TG_OP = 'DELETE' OR (NEW.rule_id, NEW.version, NEW.text, NEW.hash, NEW.author, NEW.created_at)
             IS DISTINCT FROM (OLD.rule_id, OLD.version, OLD.text, OLD.hash, OLD.author, OLD.created_at) THEN
             RAISE EXCEPTION 'a version of a rule is never changed'; END IF;
           RETURN NEW; END $$`,
        'CREATE TRIGGER publications_kept BEFORE UPDATE OR DELETE ON publications FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER reviews_kept BEFORE UPDATE OR DELETE ON reviews FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER rule_text_kept BEFORE UPDATE OR DELETE ON rule_versions FOR EACH ROW EXECUTE FUNCTION keep_rule_text()',
        `CREATE TRIGGER publications_not_emptied BEFORE TRUNCATE ON publications FOR EACH STATEMENT
           EXECUTE FUNCTION refuse_change()`,
        'CREATE TRIGGER reviews_not_emptied BEFORE TRUNCATE ON reviews FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
        `CREATE TRIGGER rule_versions_not_emptied BEFORE TRUNCATE ON rule_versions FOR EACH STATEMENT
           EXECUTE FUNCTION refuse_change()`,
      ],
    },
  ],
  tables: {
    rule_versions: {
      key: ['rule_id', 'version'],
      columns: {
        rule_id: 'shown',
        version: 'shown',
        text: 'shown',
        hash: 'shown',
        author: 'shown',
        state: 'shown',
        created_at: 'shown',
      },
    },
    reviews: {
      key: ['seq'],
      columns: {
        seq: 'shown',
        rule_id: 'shown',
        version: 'shown',
        kind: 'shown',
        by_login: 'shown',
        at: 'shown',
        why: 'shown',
        summary: 'shown',
        summary_hash: 'shown',
      },
    },
    publications: {
      key: ['seq'],
      columns: {
        seq: 'shown',
        rule_id: 'shown',
        version: 'shown',
        area: 'shown',
        from_day: 'shown',
        to_day: 'shown',
        published_by: 'shown',
        published_at: 'shown',
        reason: 'shown',
      },
    },
  },
});
