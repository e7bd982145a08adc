/** Ids of points of the demonstration city begin so: their codes or their values are invented, and no import takes them along. */
const demonstrationPrefix = 'demo-';

/** Whether a knowledge point belongs to the demonstration city. */
export const isDemonstration = (pointId: string): boolean => pointId.startsWith(demonstrationPrefix);
