export * from './answers-file.ts';
export { type ArticleUser, articleUsers } from './article-users.ts';
export * from './blank.ts';
export { type BodyPart, bodyParts } from './body-parts.ts';
export * from './carriage.ts';
export * from './civil.ts';
export * from './code-kinds.ts';
export {
  type Aggregate,
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  type ColumnKind,
  type ColumnSource,
  column,
  isText,
  missingCode,
  missingInt,
  type NumberColumn,
  national,
  type TableData,
  type TextColumn,
  viewIfLoaded,
  views,
} from './column.ts';
export * from './csv.ts';
export * from './decimal.ts';
export * from './demonstration.ts';
export * from './dictionary.ts';
export * from './errors.ts';
export * from './folder-lock.ts';
export * from './foreign-text.ts';
export type * from './generated/tables.ts';
export * from './identity.ts';
export * from './input-problems.ts';
export * from './library-text.ts';
export * from './make-folder.ts';
export * from './missing-texts.ts';
export * from './names.ts';
export * from './problems.ts';
export * from './read-text.ts';
export * from './replace-file.ts';
export * from './schemas.ts';
export * from './settings.ts';
export { type Setting, settingOf, settings } from './settings.ts';
export * from './total-lines.ts';
export type * from './units.ts';
export * from './use-case.ts';
export * from './validate.ts';
export * from './words.ts';
export * from './working-form.ts';
export * from './yaml-reason.ts';
