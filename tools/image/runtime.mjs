// The part of the base image that a service runs on: node, the shared libraries that it loads, an account.
import { copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Nobody's: a group and a user that own no file. Numbers, because Kubernetes looks at the number. */
const account = 65532;

/** Puts it into `folder`, by the paths that it has in the image. */
export function assembleRuntime(folder) {
  copy(process.execPath, join(folder, 'usr/local/bin/node'));
  for (const library of process.report.getReport().sharedObjects) {
    // Without a path: what the kernel maps into every process.
    if (library.startsWith('/') && library !== process.execPath)
      copy(library, join(folder, library));
  }
  for (const [file, text] of Object.entries({
    'etc/passwd': `mesh:x:${account}:${account}::/app:/nonexistent\n`,
    'etc/group': `mesh:x:${account}:\n`,
    'etc/nsswitch.conf': 'hosts: files dns\n',
    'etc/os-release': readFileSync('/etc/os-release', 'utf8'),
  })) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(from), to);
}
