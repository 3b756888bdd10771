import {
  existsSync,
  linkSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const gigabyte = 1e9;

/** The disk under the checkout, and what the folder of the mesh can hold. */
export function examineFolder(machine) {
  return [disk(machine), links(machine)];
}

/** Packages take 1 GB, a mesh that ran for a while some hundred megabytes, all tests about 3 GB more. */
function disk({ root, dir }) {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  const installs = !existsSync(join(root, 'node_modules'));
  const toStart = (installs ? 1.5 : 0.3) * gigabyte;
  const toTest = toStart + 3 * gigabyte;
  return {
    name: 'disk space',
    state: free < toStart ? 'fault' : free < toTest ? 'missing' : 'ok',
    found: `${(free / gigabyte).toFixed(1)} GB free`,
    neededFor: `npm start: ${toStart / gigabyte} GB, npm test: ${toTest / gigabyte} GB`,
    install: { debian: `make room, or keep ${dir} elsewhere: MESH_DIR`, macos: 'the same' },
  };
}

/** The lock of a mesh is linked into place, packages of the workspace are symbolic links. */
function links({ root, dir }) {
  const fault = [nearest(dir), root].map(tryLinks).find((why) => why !== undefined);
  return {
    name: 'a folder with links',
    state: fault === undefined ? 'ok' : 'fault',
    found: fault ?? 'can be written, can link',
    neededFor: 'npm start',
    install: {
      debian: 'clone onto a disk of Linux itself (no share, no FAT), as your own user',
      macos: 'clone onto a disk of macOS itself (no share), as your own user',
    },
  };
}

const nearest = (folder) => (existsSync(folder) ? folder : nearest(dirname(folder)));

/** @returns why not, or undefined */
function tryLinks(folder) {
  let own;
  try {
    own = mkdtempSync(join(folder, '.doctor-'));
    const file = join(own, 'file');
    writeFileSync(file, '');
    linkSync(file, join(own, 'hard'));
    symlinkSync(file, join(own, 'symbolic'));
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  }
}
