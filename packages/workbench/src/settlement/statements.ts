import { join, resolve } from 'node:path';
import { printPdf } from '@hengjian/documents';
import { openSettlement } from '@hengjian/settlement';
import { makeFolder, stopIfCancelled, type UseCase } from '@hengjian/standard';

export interface PrintInput {
  readonly run: string;
  /** Folder for the PDF files; default `pdf` in the folder of the settlement. */
  readonly out: string | undefined;
  /** Only these hospitals. */
  readonly hospitals: readonly string[] | undefined;
}

/** Prints the statements of a settlement as PDF, A4. */
export const printStatements: UseCase<PrintInput, { readonly files: readonly string[]; readonly folder: string }> =
  (ports) => async (input) => {
    const settlement = openSettlement(input.run);
    const hospitals = input.hospitals ?? settlement.hospitals;
    const pages = hospitals.map((hospital) => ({ hospital, page: settlement.statementPage(hospital) }));
    const folder = resolve(input.out ?? join(input.run, 'pdf'));
    makeFolder(folder, { named: input.out ?? folder });
    const files: string[] = [];
    for (const { hospital, page } of pages) {
      stopIfCancelled(ports.signal);
      const file = join(folder, `${encodeURIComponent(hospital)}.pdf`);
      await printPdf(page, file);
      files.push(file);
      ports.progress({ phase: 'print', done: files.length, total: pages.length, unit: 'statements' });
    }
    return { files, folder };
  };
