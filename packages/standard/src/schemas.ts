import { decimals } from './decimal.ts';
import { type Dictionary, dictionary, type Field, type FieldType, type Table } from './dictionary.ts';

/** SQL type of a stored value: numbers are integers scaled by `decimals`, so every one of them is a BIGINT. */
export function sqlType(type: FieldType): string {
  switch (type) {
    case 'string':
    case 'code':
      return 'VARCHAR';
    case 'date':
      return 'DATE';
    case 'datetime':
      return 'TIMESTAMP';
    default:
      return 'BIGINT';
  }
}

/** Physical and logical Parquet type of a stored value. */
export function parquetType(type: FieldType): string {
  switch (type) {
    case 'string':
    case 'code':
      return 'BYTE_ARRAY (STRING)';
    case 'date':
      return 'INT32 (DATE)';
    case 'datetime':
      return 'INT64 (TIMESTAMP_MICROS, local)';
    default:
      return `INT64 (× 10^${decimals[type]})`;
  }
}

/** `CREATE TABLE` of one national table as the lake stores it. */
export function sqlSchema(table: Table): string {
  const columns = [...table.fields.values()].map((field) => `  "${field.name}" ${sqlType(field.type)}${field.nullable ? '' : ' NOT NULL'}`);
  return `CREATE TABLE "${table.name}" (\n${columns.join(',\n')}\n);`;
}

/** Name and type of each column of the Parquet files of one national table. */
export function parquetSchema(table: Table): readonly { readonly name: string; readonly type: string; readonly required: boolean }[] {
  return [...table.fields.values()].map((field) => ({ name: field.name, type: parquetType(field.type), required: !field.nullable }));
}

function jsonType(field: Field, source: Dictionary): Record<string, unknown> {
  const title = { title: field.name_zh, description: field.name_en };
  const codes = field.code_table === undefined ? undefined : source.codeTables.get(field.code_table);
  switch (field.type) {
    case 'string':
      return { ...title, type: 'string', ...(field.length === '' ? {} : { maxLength: Number(field.length) }) };
    case 'code':
      return { ...title, type: 'string', ...(codes === undefined ? {} : { examples: [...codes.keys()] }) };
    case 'date':
      return { ...title, type: 'string', format: 'date' };
    case 'datetime':
      return { ...title, type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$` };
    default:
      return {
        ...title,
        type: 'string',
        pattern: String.raw`^-?\d+(\.\d{1,${Math.max(1, decimals[field.type])}})?$`,
        'x-unit': field.unit,
      };
  }
}

/** JSON Schema (draft 2020-12) of one row of a national table as it is exchanged: decimals are text. */
export function jsonSchema(table: Table, source: Dictionary = dictionary): Record<string, unknown> {
  const fields = [...table.fields.values()];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `hengjian:${table.name}`,
    title: table.name_zh,
    description: table.name_en,
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, jsonType(field, source)])),
    required: fields.filter((field) => !field.nullable).map((field) => field.name),
    additionalProperties: false,
  };
}

const scalar: Readonly<Record<FieldType, string>> = {
  string: 'string',
  code: 'string',
  date: 'CivilDay',
  datetime: 'CivilMinute',
  money: 'Fen',
  price: 'MicroYuan',
  quantity: 'TenThousandth',
  ratio: 'number',
  days: 'number',
  age: 'number',
  integer: 'number',
};

/** TypeScript source with one interface per national table. */
export function typescriptSource(source: Dictionary = dictionary): string {
  const interfaces = [...source.tables.values()].map((table) => {
    const members = [...table.fields.values()].map(
      (field) =>
        `  /** ${field.name_zh}, ${field.name_en} */\n  readonly ${field.name}${field.nullable ? '?' : ''}: ${scalar[field.type]};`,
    );
    const name = table.name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
    return `/** ${table.name_zh}, ${table.name_en} (\`${table.name}\`) */\nexport interface ${name} {\n${members.join('\n')}\n}\n`;
  });
  const header = [
    '// Made from library/standard by `npm run generate`; do not edit.',
    "import type { CivilDay, CivilMinute, Fen, MicroYuan, TenThousandth } from '../units.ts';",
  ];
  return `${header.join('\n')}\n\n${interfaces.join('\n')}`;
}

/** The documentation page of the dictionary. */
export function documentationPage(source: Dictionary = dictionary): string {
  const sections = [...source.tables.values()].map((table) => {
    const rows = [...table.fields.values()].map((field) => {
      const cells = [
        `\`${field.name}\``,
        field.name_zh,
        field.name_en,
        field.type,
        field.length.replace(',', '.'),
        field.unit,
        field.nullable ? '' : 'yes',
        field.code_table ?? '',
        field.privacy === 'keep' ? '' : field.privacy,
        field.fillers.join(' ').replaceAll('<', '&lt;'),
        [field.least, field.most].some((bound) => bound !== undefined) ? `${field.least ?? ''}…${field.most ?? ''}` : '',
      ];
      return `| ${cells.join(' | ')} |`;
    });
    const key = table.key.map((name) => `\`${name}\``).join(', ');
    return `## ${table.name} ${table.name_zh} (${table.name_en})

Key: ${key}. ${table.presence === 'core' ? 'Core table.' : 'Optional table.'}

| field | 名称 | name | type | length | unit | required | codes | privacy | stands for missing | plausible |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
  });
  const codes = [...source.codeTables].map(
    ([name, values]) =>
      `### ${name}\n\n${[...values.values()].map((value) => `- \`${value.code}\` ${value.name_zh} (${value.name_en})`).join('\n')}\n`,
  );
  const scales = 'money ×10², unit price ×10⁶, quantity ×10⁴, ratio ×10⁴, days ×10², age ×10';
  return `# Dictionary of the national tables

Made from \`library/standard/\` by \`npm run generate\`. Numbers are stored as integers: ${scales}.

${sections.join('\n')}
## Code tables

${codes.join('\n')}`;
}
