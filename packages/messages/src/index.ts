export { extraColumns, messageTables } from './fields.ts';
export { holdsMessages, longestMessage, type MessageText, type PlacedMessage, readMessages } from './files.ts';
export { type Cells, type Hint, type Message, type Part, type Reading, readMessage, type Untold } from './read.ts';
export { answerKinds } from './transactions.ts';
export { type Reason, type Repair, reasons, repairs } from './words.ts';
