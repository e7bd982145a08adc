import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { libraryFolder, type Ports } from '@hengjian/standard';

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
export function portsOf(signal: AbortSignal, progress: Ports['progress'], purpose: string | undefined): Ports {
  return {
    clock: civilNow,
    random: (bytes) => randomBytes(bytes),
    progress,
    signal,
    actor: userName(),
    purpose,
    folders: { library: libraryFolder, schemes: 'schemes' },
  };
}
