import { defineModule } from '../module.ts';

export interface ExemptionsTables {
  readonly exemptions: {
    readonly seq: number;
    readonly rule_id: string;
    readonly subject_kind: string;
    readonly subject_code: string;
    readonly from_day: string;
    readonly to_day: string | null;
    readonly reason: string;
    readonly proposed_by: string;
    readonly proposed_at: string;
    readonly approved_by: string | null;
    readonly approved_at: string | null;
  };
}

/** Whom a rule does not concern on some days. */
export const exemptionsModule = defineModule<ExemptionsTables>({
  id: 'exemptions',
  migrations: [
    {
      number: 1,
      kind: 'schema',
      name: 'exemptions',
      statements: [
        `CREATE TABLE exemptions (seq integer PRIMARY KEY, rule_id text NOT NULL, subject_kind text NOT NULL, subject_code text NOT NULL,
           from_day text NOT NULL, to_day text CHECK (to_day >= from_day), reason text NOT NULL,
           proposed_by text NOT NULL REFERENCES people (login), proposed_at text NOT NULL,
           approved_by text REFERENCES people (login), approved_at text, CHECK (approved_by <> proposed_by))`,
        'CREATE TRIGGER exemptions_kept BEFORE DELETE ON exemptions FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER exemptions_not_emptied BEFORE TRUNCATE ON exemptions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
      ],
    },
  ],
  tables: {
    exemptions: {
      key: ['seq'],
      columns: {
        seq: 'shown',
        rule_id: 'shown',
        subject_kind: 'shown',
        subject_code: 'shown',
        from_day: 'shown',
        to_day: 'shown',
        reason: 'shown',
        proposed_by: 'shown',
        proposed_at: 'shown',
        approved_by: 'shown',
        approved_at: 'shown',
      },
    },
  },
});
