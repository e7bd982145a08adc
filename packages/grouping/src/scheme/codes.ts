/**
 * Whether a member of a set stands for all codes that begin with it (`J18*`, `37.5*`). The asterisk codes of ICD-10 come
 * with their dagger code (`A17.000+G01*`) and are codes like others.
 */
export const isCategory = (member: string): boolean => member.endsWith('*') && !member.includes('+');

/** What the codes of a category begin with. */
export const stemOf = (category: string): string => category.slice(0, -1);
