import { closeSync, openSync, writeSync } from 'node:fs';
import { Zip } from 'fflate';
import { escapeXml, looksLikeFormula } from './escape.ts';
import { PackedText } from './zip-entry.ts';

/** Rows a sheet of the format can hold (ECMA-376), the header included. */
export const sheetRowLimit = 1_048_576;
/** Characters a cell can hold. */
export const cellLimit = 32_767;

/** A number given as exact decimal text, so that money never becomes a double on its way into a cell. */
export interface DecimalCell {
  readonly decimal: string;
}

export type Cell = string | number | DecimalCell | null;

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

function cellXml(value: Cell, reference: string): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`;
  if (typeof value === 'object') return `<c r="${reference}"><v>${value.decimal}</v></c>`;
  const style = looksLikeFormula(value) ? ' s="2"' : '';
  return `<c r="${reference}" t="inlineStr"${style}><is><t xml:space="preserve">${escapeXml(value)}</t></is></c>`;
}

/** Columns wide enough for their heading, and at least for a code. */
function columnWidths(header: readonly string[]): string {
  const columns = header.map(
    (name, index) => `<col min="${index + 1}" max="${index + 1}" width="${Math.max(14, name.length * 2.4).toFixed(1)}" customWidth="1"/>`,
  );
  return `<cols>${columns.join('')}</cols>`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';

const styles = [
  `${declaration}<styleSheet xmlns="${main}"><fonts count="2"><font>`,
  '<sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>',
  '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>',
  '</fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border/></borders><cellStyleXfs count="1">',
  '<xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>',
  '<xf quotePrefix="1"/></cellXfs></styleSheet>',
].join('');

const contentTypes = 'http://schemas.openxmlformats.org/package/2006/content-types';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';

/** The files of a workbook beside its sheets. */
function workbookParts(names: readonly string[]): readonly (readonly [name: string, content: string])[] {
  const attribute = (name: string): string => escapeXml(name).replaceAll('"', '&quot;');
  const sheets = names.map((name, index) => `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`);
  const targets = names.map((_, index) => {
    const target = `worksheets/sheet${index + 1}.xml`;
    return `<Relationship Id="rId${index + 1}" Type="${relations}/worksheet" Target="${target}"/>`;
  });
  const overrides = names.map((_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${sheetType}"/>`);
  const styled = `<Relationship Id="rIdStyles" Type="${relations}/styles" Target="styles.xml"/>`;
  const book = `<Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/>`;
  const format = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const types = [
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    `<Override PartName="/xl/workbook.xml" ContentType="${format}.sheet.main+xml"/>`,
    `<Override PartName="/xl/styles.xml" ContentType="${format}.styles+xml"/>`,
    ...overrides,
  ];
  const workbook = `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheets.join('')}</sheets></workbook>`;
  return [
    ['xl/workbook.xml', `${declaration}${workbook}`],
    ['xl/_rels/workbook.xml.rels', `${declaration}<Relationships xmlns="${packageRelations}">${targets.join('')}${styled}</Relationships>`],
    ['xl/styles.xml', styles],
    ['_rels/.rels', `${declaration}<Relationships xmlns="${packageRelations}">${book}</Relationships>`],
    ['[Content_Types].xml', `${declaration}<Types xmlns="${contentTypes}">${types.join('')}</Types>`],
  ];
}

/** Writes a workbook sheet by sheet, row by row, without holding it in memory. */
export interface WorkbookWriter {
  sheet(name: string, header: readonly string[]): SheetWriter;
  close(): void;
}

export interface SheetWriter {
  /** Adds a row; text longer than a cell can hold is refused by the caller, never cut here. */
  row(cells: readonly Cell[]): void;
  readonly rows: number;
  end(): void;
}

export function workbookWriter(path: string): WorkbookWriter {
  const handle = openSync(path, 'w');
  const names: string[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    writeSync(handle, chunk);
  });
  const add = (name: string): PackedText => {
    const entry = new PackedText(name);
    zip.add(entry);
    return entry;
  };

  return {
    sheet(name, header) {
      names.push(name);
      const columns = header.map((_, index) => columnName(index));
      const entry = add(`xl/worksheets/sheet${names.length}.xml`);
      let pending = [
        `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">`,
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>',
        `</sheetView></sheetViews>${columnWidths(header)}<sheetData>`,
      ].join('');
      let rows = 0;
      const write = (cells: readonly Cell[], style: string): void => {
        rows += 1;
        const body = cells.map((cell, index) => cellXml(cell, `${columns[index] ?? columnName(index)}${rows}`)).join('');
        pending += `<row r="${rows}">${style === '' ? body : body.replaceAll('t="inlineStr"', `t="inlineStr" ${style}`)}</row>`;
        if (pending.length > 262_144) {
          entry.push(pending);
          pending = '';
        }
      };
      write(header, 's="1"');
      return {
        row: (cells) => write(cells, ''),
        get rows() {
          return rows;
        },
        end: () => entry.push(`${pending}</sheetData></worksheet>`, true),
      };
    },
    close() {
      for (const [name, content] of workbookParts(names)) add(name).push(content, true);
      zip.end();
      closeSync(handle);
    },
  };
}
