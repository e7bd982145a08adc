import { inputProblems, type Place, type Words, words } from '@hengjian/standard';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/schema';

/** A reader of JSON texts of one shape. */
export interface JsonReader<Value> {
  /** Reads a text. Throws a refusal that names the field when it is no JSON, or not of the shape. */
  read(text: string, place: Place): Value;
  /** Whether a value that was read elsewhere is of the shape. */
  accepts(value: unknown): value is Value;
}

const wrongField = (field: string, reason: string): Words =>
  words(`${field === '' ? '内容' : field} 不符合格式（${reason}）`, `${field === '' ? 'the content' : field}: ${reason}`);

/**
 * Makes the reader of a TypeBox schema. The schema is the only description of the stored form: its static type is the
 * type of the program, and nothing that does not fit it gets in.
 */
export function jsonReader<Schema extends TSchema>(schema: Schema, format: Words): JsonReader<Static<Schema>> {
  let compiled: ReturnType<typeof Compile> | undefined;
  const checker = () => {
    compiled ??= Compile(schema);
    return compiled;
  };
  const accepts = (value: unknown): value is Static<Schema> => checker().Check(value);
  return {
    accepts,
    read: (text, place) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        throw inputProblems.refused('file-damaged', { format, reason: error instanceof Error ? error.message : String(error) }, place);
      }
      if (accepts(value)) return value;
      const [first] = checker().Errors(value)[1];
      const field = (first?.instancePath ?? '').replace(/^\//, '').replaceAll('/', '.');
      throw inputProblems.refused(
        'file-damaged',
        { format, reason: wrongField(field, first?.message ?? '') },
        field === '' ? place : { ...place, field },
      );
    },
  };
}
