/** File systems whose locks one host does not see of another, or that grant every lock. */
const grantEverything: ReadonlySet<string> = new Set([
  '9p',
  'davfs',
  'fuse.blobfuse',
  'fuse.curlftpfs',
  'fuse.davfs2',
  'fuse.gcsfuse',
  'fuse.goofys',
  'fuse.rclone',
  'fuse.s3fs',
  'fuse.sshfs',
]);

/** Options with which a network disk keeps its locks to one host. */
const localLocks: Readonly<Record<string, readonly string[]>> = {
  nfs: ['nolock', 'local_lock=all', 'local_lock=posix'],
  nfs4: ['nolock', 'local_lock=all', 'local_lock=posix'],
  cifs: ['nobrl'],
  smb3: ['nobrl'],
  lustre: ['localflock', 'noflock'],
};

interface Mount {
  readonly at: string;
  readonly kind: string;
  readonly options: readonly string[];
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** A line of `/proc/self/mountinfo`: id, parent, device, root, place, options, tags, `-`, kind, source, options. */
function mountOf(line: string): Mount | undefined {
  const [left = '', right = ''] = line.split(' - ');
  const at = left.split(' ')[4];
  const [kind, , options = ''] = right.split(' ');
  if (at === undefined || kind === undefined || kind === '') return undefined;
  return { at: unescaped(at), kind, options: [...(left.split(' ')[5] ?? '').split(','), ...options.split(',')] };
}

/**
 * Whether the disk of a folder (its real path) cannot keep two writers apart, as far as its mount says: the kind of the
 * disk, with the option that is to blame. `undefined` where locks hold, or where nothing is known.
 */
export function lockingFault(mountinfo: string, folder: string): string | undefined {
  let best: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const mount = mountOf(line);
    if (mount === undefined) continue;
    const inside = mount.at === '/' || folder === mount.at || folder.startsWith(`${mount.at}/`);
    // A later mount at the same place covers an earlier one.
    if (inside && mount.at.length >= (best?.at.length ?? 0)) best = mount;
  }
  if (best === undefined) return undefined;
  if (grantEverything.has(best.kind)) return best.kind;
  const option = (localLocks[best.kind] ?? []).find((one) => best.options.includes(one));
  return option === undefined ? undefined : `${best.kind} (${option})`;
}
