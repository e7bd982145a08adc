import { randomBytes } from 'node:crypto';
import { libraryFolder, type Ports } from '@hengjian/standard';
import type { WorkbenchPorts } from '@hengjian/workbench';

/** Ports of a test: a clock that stands still, and a signal and progress of the caller. */
export const portsFor = (signal: AbortSignal, progress: Ports['progress']): WorkbenchPorts => ({
  clock: () => '2026-01-01 00:00:00',
  random: (bytes) => randomBytes(bytes),
  progress,
  signal,
  actor: 'a test',
  purpose: undefined,
  folders: { library: libraryFolder, schemes: 'schemes' },
  stores: { journalKey: undefined },
});
