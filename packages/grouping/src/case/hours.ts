const hoursPerDay = 24;
const minutesPerHour = 60;

/** 5天3小时20分, any part of which may be missing. */
const spelled = /^(?:(\d+)\s*(?:天|日|d))?\s*(?:(\d+(?:\.\d+)?)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟?|min|m))?$/i;

/** Whole hours of a duration written `days/hours/minutes`, with units, or as a number of hours; null for anything else. */
export function hoursOf(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const units = spelled.exec(text.trim());
  if (units !== null) {
    const [days = 0, hours = 0, minutes = 0] = units.slice(1).map((part) => Number(part ?? 0));
    return Math.floor(days * hoursPerDay + hours + minutes / minutesPerHour);
  }
  const parts = text.trim().split('/');
  if (parts.some((part) => !/^\d+(\.\d+)?$/.test(part.trim()))) return null;
  const [first = 0, hours = 0, minutes = 0] = parts.map(Number);
  if (parts.length === 1) return Math.floor(first);
  return parts.length === 3 ? Math.floor(first * hoursPerDay + hours + minutes / minutesPerHour) : null;
}
