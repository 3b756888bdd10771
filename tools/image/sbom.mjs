// What is in an image, as a CycloneDX 1.5 document. The same content gives the same bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.mjs';

/**
 * `packages`: paths of the lock, of what is beside the bundle and of what was bundled into it. npm's own
 * `npm sbom` can't see the latter, and writes the time and a number by chance.
 */
export function sbom({ name, version, packages, lock, timestamp }) {
  const components = packages.map((path) => component(path, lock.packages[path]));
  components.push({
    type: 'platform',
    name: 'node',
    version: process.versions.node,
    purl: `pkg:generic/node@${process.versions.node}`,
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: timestamp.toISOString(),
      component: { type: 'application', name, version },
    },
    components,
  };
}

function component(path, { version, integrity, license }) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const licensed = license ?? licenseOf(path);
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(licensed && { licenses: [{ expression: licensed }] }),
    ...(integrity && { hashes: integrity.split(' ').map(toHash) }),
  };
}

function licenseOf(path) {
  const { license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  return typeof license === 'string' ? license : license?.type;
}

function toHash(integrity) {
  const [algorithm, base64] = integrity.split(/-(.*)/);
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}
