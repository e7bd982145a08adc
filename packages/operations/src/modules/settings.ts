import { defineModule } from '../module.ts';

export interface SettingsTables {
  readonly settings: { readonly name: string; readonly value: string };
}

/** What is set once for a store: `area`, the area code of the bureau. */
export const settingsModule = defineModule<SettingsTables>({
  id: 'settings',
  migrations: [
    {
      number: 1,
      kind: 'schema',
      name: 'settings',
      statements: [
        'CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL)',
        'CREATE TRIGGER settings_kept BEFORE UPDATE OR DELETE ON settings FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER settings_not_emptied BEFORE TRUNCATE ON settings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
      ],
    },
  ],
  tables: { settings: { key: ['name'], columns: { name: 'shown', value: 'shown' } } },
});
