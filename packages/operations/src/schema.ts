import type { Generated } from 'kysely';

/**
 * Tables of the operations store. Days are texts yyyy-MM-dd, times are local civil times yyyy-MM-dd HH:mm:ss, so that
 * they read and sort the same in every driver.
 */
export interface Schema {
  readonly schema_migrations: { readonly version: number; readonly name: string; readonly applied_at: string };
  readonly settings: { readonly name: string; readonly value: string };
  readonly people: {
    readonly login: string;
    readonly display_name: string;
    /** Roles, separated by commas, in order of their names. */
    readonly roles: string;
    /** scrypt hash and salt in hexadecimal digits. */
    readonly password_hash: string;
    readonly password_salt: string;
    readonly disabled: boolean;
    readonly created_at: string;
  };
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
    readonly seq: Generated<number>;
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
  readonly knowledge_layers: { readonly name: string; readonly hash: string; readonly state: string; readonly created_at: string };
  readonly journal: {
    readonly seq: number;
    readonly at: string;
    readonly actor: string;
    readonly action: string;
    readonly subject: string;
    /** What was done, as JSON. */
    readonly details: string;
    readonly previous_hash: string;
    readonly hash: string;
  };
}
