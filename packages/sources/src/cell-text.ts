import * as xlsx from '@e965/xlsx';
import { untrusted } from './untrusted.ts';

/** What a number of days is in a calendar. */
interface DateCode {
  readonly y: number;
  readonly m: number;
  readonly d: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A format of the time of the day, without a day. */
const isTimeOnly = (format: string): boolean => !/[yde]/i.test(format.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ''));

const secondsPerDay = 86_400;

function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** A third of a day has no end of digits: what a sheet keeps of it is a little more or less than its second, which is the nearest one. */
function dateText(days: number, format: string, date1904: boolean): string | undefined {
  const seconds = Math.round(days * secondsPerDay);
  if (days >= 0 && days < 1 && isTimeOnly(format)) return clockText(Math.min(seconds, secondsPerDay - 1));
  const whole = Math.floor(seconds / secondsPerDay);
  const code: DateCode | null = xlsx.SSF.parse_date_code(whole, { date1904 });
  if (code === null) return undefined;
  const day = `${String(code.y).padStart(4, '0')}-${two(code.m)}-${two(code.d)}`;
  const clock = seconds - whole * secondsPerDay;
  return clock === 0 ? day : `${day} ${clockText(clock)}`;
}

/** From here on a spreadsheet has no digit of a whole number to spare. */
const unsafeNumber = 1e15;

function numberText(value: number): string {
  if (Math.abs(value) >= unsafeNumber) return `${untrusted}${value}`;
  const text = String(value);
  return /e-/.test(text) ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

/** A number that was turned into its short form, which has lost digits. */
const shortened = /^[+-]?\d(?:\.\d+)?E\+\d+$/i;

/** The text of a cell: numbers as they are stored, dates in ISO form, errors as nothing, texts unchanged. */
export function cellText(cell: xlsx.CellObject | undefined, date1904: boolean): string {
  if (cell?.v === undefined || cell.v === null || cell.t === 'e') return '';
  if (typeof cell.v === 'string') return shortened.test(cell.v.trim()) ? `${untrusted}${cell.v.trim()}` : cell.v;
  if (typeof cell.v !== 'number') return String(cell.v);
  const date = typeof cell.z === 'string' && xlsx.SSF.is_date(cell.z) ? dateText(cell.v, cell.z, date1904) : undefined;
  return date ?? numberText(cell.v);
}
