import type { Words } from '@hengjian/standard';

/** What a file is opened as. `other` is seen and not read. */
export type FileKind = 'csv' | 'json' | 'parquet' | 'sheet' | 'archive' | 'other';

/** Encodings that can be named; without one it is found out, line by line where a file is glued together. */
export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const;
export type Encoding = (typeof encodings)[number];

/** How a text or spreadsheet file is laid out; what is not given is found out. */
export interface Layout {
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  /** 1-based row of the header; of several rows the last one. */
  readonly header?: number;
  /** Rows of a sheet that make up the header: with 2 the row above names groups of columns. */
  readonly headerRows?: number;
  /** 1-based row of a sheet after which something else begins. */
  readonly until?: number;
  readonly sheet?: string | readonly string[];
  /** Labels of a sheet that stand above its lines with a value (`住院号：Z1`): each is a column of the lines below it. */
  readonly above?: readonly string[];
  /** All sheets with the same header are one table. */
  readonly continued?: boolean;
  /** Rows that match this pattern anywhere are no data. */
  readonly skipRows?: string;
  /** Cells that match this pattern make a row one of totals or signatures where they stand in place of what a fact says. */
  readonly totals?: string;
  /** Texts that stand for a missing value. */
  readonly missing?: readonly string[];
}

/** A file to be read. */
export interface SourceFile {
  readonly path: string;
  /** Name used for provenance. */
  readonly name: string;
  readonly kind: FileKind;
}

/** How much a file may ask for; the defaults are in `limits.ts`. */
export interface Limits {
  /** Seconds that a small workbook may take; larger ones get more. */
  readonly workbookSeconds: number;
  /** Bytes of one part of a workbook when it is unpacked, and of all parts. */
  readonly partBytes: number;
  readonly workbookBytes: number;
  /** Bytes of an archive when it is unpacked. */
  readonly archiveBytes: number;
  /** Parts of a workbook, members of an archive. */
  readonly entries: number;
  /** Times that a part may be larger than its packed form. */
  readonly ratio: number;
}

export interface ReadOptions {
  /** Scratch folder of the call; copies are written into it. */
  readonly folder: string;
  /** Begins the names of the copies, so that several files share a folder. */
  readonly prefix?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Columns somebody looks for: without a row of the header in the layout, the first row that has most of them is the header. */
  readonly wanted?: readonly string[] | undefined;
}

/** Why a record could not be taken apart. */
export type BrokenKind = 'quote-open' | 'after-quote' | 'half-character' | 'cell-count' | 'cell-long' | 'zero-byte' | 'not-json';

/** A record that is not whole; it never takes a neighbour with it. */
export interface BrokenRecord {
  /** 1-based record in the file, headers, titles and blank rows counted. */
  readonly row: number;
  /** 1-based physical line. */
  readonly line: number;
  readonly column?: string;
  readonly kind: BrokenKind;
  /** Cells that can be told apart, by their place: never shown, because one may hold a name. */
  readonly cells?: readonly string[];
}

/** Where the physical lines of a table are. The parts make up `all`. */
export interface LineCounts {
  readonly all: number;
  readonly header: number;
  readonly titles: number;
  readonly blanks: number;
  readonly records: number;
  readonly broken: number;
}

/** A table of texts with every physical line accounted for. */
export interface TextTable {
  readonly name: string;
  readonly sheet?: string;
  /** CSV in UTF-8 without a byte order mark in the way of its reader: the file itself when it is plain, else a copy. */
  readonly path: string;
  readonly delimiter: string;
  /** Names of the columns, each only once whatever the case of its letters. */
  readonly columns: readonly string[];
  /** 1-based row of the header in the file. */
  readonly header: number;
  readonly newLine: '\n' | '\r\n';
  /** The first record of `path` is the header; copies have none. */
  readonly headed: boolean;
  /** Row of the first record of `path`; the others follow. Without it each record begins with a cell that holds its row. */
  readonly firstRow?: number;
  /** Some cells hold line breaks, so that the file cannot be cut anywhere. */
  readonly multiline: boolean;
  readonly records: number;
  readonly broken: readonly BrokenRecord[];
  /** Rows above the header, repeated headers and broken rows that match `skipRows` or `totals`. */
  readonly titles: number;
  readonly blanks: number;
  readonly lines: LineCounts;
  /** Columns with cells that begin with `untrusted`. */
  readonly untrusted: readonly string[];
  /** Columns with cells that begin with `merged`. */
  readonly merged?: readonly string[];
  /** Some cell may have a tab around it or be a formula that is a text. */
  readonly guarded?: boolean;
  /** Days that stand as bare numbers count from 1904. */
  readonly calendar1904?: boolean;
}

/** Rows as they stand, before anything is known of them: the first ones of a text or a sheet, and those after blank rows. */
export interface Grid {
  readonly sheet?: string;
  /** Delimiter of a text. */
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly rows: readonly GridRow[];
  /** Rows of the sheet; of a text those that were looked at. */
  readonly all: number;
}

export interface GridRow {
  /** 1-based. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** A part of a file that was seen and not read. */
export interface Unread {
  /** The file, or the member of an archive. */
  readonly name: string;
  readonly sheet?: string;
  /** Rows that hold something, where they were counted. */
  readonly rows?: number;
  readonly why: Words;
}

export interface SourceTables {
  readonly tables: readonly TextTable[];
  readonly unread: readonly Unread[];
}
