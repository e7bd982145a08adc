export { type JsonReader, jsonReader } from './json.ts';
export { type FolderList, type ListedFolder, takeListedFolder } from './listed-folder.ts';
export { publicationProblems } from './problems.ts';
export {
  draftPublication,
  isPublished,
  openPublication,
  type Publication,
  type PublicationDraft,
  type PublishedKind,
} from './publication.ts';
