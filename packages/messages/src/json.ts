/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a number stands for it where the number itself would lose digits, as long serials do. */
const exactly = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value) ? (context?.source ?? String(value)) : value;

/** The value a JSON text stands for; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, exactly);
    return value;
  } catch {
    return undefined;
  }
}

/** Keys are compared without underscores and capitals: `cashPayamt` is `cash_payamt`. */
const plainKey = (key: string): string => key.replaceAll('_', '').toLowerCase();

/** Spellings that differ by more than underscores and capitals, by the plain key of the usual one. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  preselfpayamt: ['preseifpayamt'],
  mdtrtareaadmvs: ['mdtrtareaadmdvs'],
  insuplcadmdvs: ['insuplcadmvs'],
  bilgdrcodg: ['bilgdrcode'],
  fsiencounterdtos: ['encounterdtos'],
  fsidiagnosedtos: ['diagnosedtos'],
  fsiorderdtos: ['orderdtos'],
  fsioperationdtos: ['operationdtos'],
  patientdtos: ['patients'],
};

/** A value found in an object. */
export interface Found {
  readonly value: unknown;
  /** The key as it was sent, when it was spelled otherwise. */
  readonly spelled?: string;
}

/** Looks a key up in whatever spelling it was sent. */
export function lookUp(object: JsonObject, key: string): Found | undefined {
  if (Object.hasOwn(object, key)) return { value: object[key] };
  const wanted = plainKey(key);
  const all = [wanted, ...(spellings[wanted] ?? [])];
  const sent = Object.keys(object).find((one) => all.includes(plainKey(one)));
  return sent === undefined ? undefined : { value: object[sent], spelled: sent };
}
