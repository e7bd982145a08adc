export { type JsonReader, jsonReader } from './json.ts';
export { publicationProblems } from './problems.ts';
export {
  draftPublication,
  isPublished,
  openPublication,
  type Publication,
  type PublicationDraft,
  type PublishedKind,
} from './publication.ts';
