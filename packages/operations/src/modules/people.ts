import { defineModule } from '../module.ts';

export interface PersonRow {
  readonly login: string;
  readonly display_name: string;
  /** Roles, separated by commas, in order of their names. */
  readonly roles: string;
  /** scrypt hash and salt in hexadecimal digits. */
  readonly password_hash: string;
  readonly password_salt: string;
  readonly disabled: boolean;
  readonly created_at: string;
}

export interface PeopleTables {
  readonly people: PersonRow;
}

/** Who may sign in. */
export const peopleModule = defineModule<PeopleTables>({
  id: 'people',
  migrations: [
    {
      number: 1,
      kind: 'schema',
      name: 'people',
      statements: [
        `CREATE TABLE people (login text PRIMARY KEY, display_name text NOT NULL, roles text NOT NULL, password_hash text NOT NULL,
           password_salt text NOT NULL, disabled boolean NOT NULL, created_at text NOT NULL)`,
        'CREATE TRIGGER people_kept BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER people_not_emptied BEFORE TRUNCATE ON people FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
      ],
    },
  ],
  tables: {
    people: {
      key: ['login'],
      columns: {
        login: 'shown',
        display_name: 'shown',
        roles: 'shown',
        password_hash: 'sealed',
        password_salt: 'sealed',
        disabled: 'shown',
        created_at: 'shown',
      },
    },
  },
});
