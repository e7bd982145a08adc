/** Ids of points of the demonstration city begin so: their codes or their values are invented, and no import takes them along. */
const demonstrationPrefix = 'demo-';

/** Service items of the demonstration city are numbered so; nothing stands below them. */
export const isDemonstrationItem = (code: string): boolean => code.startsWith('003991');

/** Whether a knowledge point belongs to the demonstration city. */
export const isDemonstration = (pointId: string): boolean => pointId.startsWith(demonstrationPrefix);
