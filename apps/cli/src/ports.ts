import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { libraryFolder, type Ports } from '@hengjian/standard';
import type { WorkbenchPorts } from '@hengjian/workbench';

const civil = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });

/** The civil time in China, `yyyy-MM-dd HH:mm:ss`. */
export const civilNow = (): string => civil.format(new Date());

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The ports of a command: the clock, chance and user of this machine. */
export function portsOf(signal: AbortSignal, progress: Ports['progress'], purpose: string | undefined): WorkbenchPorts {
  const key = process.env.HENGJIAN_OPERATIONS_KEY ?? '';
  return {
    clock: civilNow,
    random: (bytes) => randomBytes(bytes),
    progress,
    signal,
    actor: userName(),
    purpose,
    folders: { library: libraryFolder, schemes: 'schemes' },
    stores: { journalKey: key === '' ? undefined : key },
  };
}

/** Largest memory this process has held so far, in bytes. */
export const peakMemory = (): number => process.resourceUsage().maxRSS * 1024;
