export * from './markup.ts';
export { findBrowser, printPdf } from './pdf.ts';
export * from './sheet.ts';
export * from './xlsx.ts';
