/** Characters of a text from somebody's file that a message shows: enough to find the place, too few for a line of personal data. */
export const foreignLength = 40;

/** The beginning of a text that comes from somebody's file. */
export const clipped = (text: string): string => {
  const characters = [...text.replaceAll(/\s+/g, ' ').trim()];
  return characters.length <= foreignLength ? characters.join('') : `${characters.slice(0, foreignLength - 1).join('')}…`;
};

/** What a parser or an engine says, on one line, with what it quotes of the text cut short. */
export const clippedReason = (message: string): string =>
  (message.split('\n')[0] ?? '')
    .replaceAll(/(["'`])((?:(?!\1).)+)\1/gu, (_all, quote: string, inside: string) => `${quote}${clipped(inside)}${quote}`)
    .replaceAll(new RegExp(`[^\\s"'\`]{${foreignLength + 1},}`, 'gu'), clipped);

/** The names that together stay within what a message shows of a file. */
export function clippedNames(names: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let left = foreignLength;
  for (const name of names) {
    if (name.length + 2 > left) return [...shown, shown.length === 0 ? clipped(name) : '…'];
    shown.push(name);
    left -= name.length + 2;
  }
  return shown;
}
