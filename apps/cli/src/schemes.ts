/** Option of every command that reads schemes. */
export const schemesOption = ['--schemes <folder>', 'where imported schemes are kept', 'schemes'] as const;
