import { chownSync, existsSync, readFileSync } from 'node:fs';

/** User and group ids to run a server under; empty when this process is not root. */
export type Account = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** PostgreSQL refuses to run as root; as root, it is run as `nobody`. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0 || !existsSync('/etc/passwd')) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((text) => text.split(':'))
    .find(([name]) => name === 'nobody');
  return { uid: Number(line?.[2] ?? 65534), gid: Number(line?.[3] ?? 65534) };
}

/** The ids of this process; empty where there are none. */
export function ownAccount(): Account {
  return process.getuid && process.getgid ? { uid: process.getuid(), gid: process.getgid() } : {};
}

/** Gives the file to the account; does nothing when that is this process's own. */
export function give(path: string, account: Account): void {
  if (account.uid !== undefined) chownSync(path, account.uid, account.gid);
}
