import { readFileSync } from 'node:fs';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { createAuthority } from '@mesh/tools/testing/certificates';
import { CrdSchemas } from '@mesh/tools/k8s/crd-schemas';
import type { Stand } from './environment.js';
import { arrows } from './faults/arrows.js';
import { build, images } from './faults/images.js';
import { completeness, references, security } from './faults/pods.js';
import { addresses, containerPorts, servicePorts } from './faults/ports.js';
import { certificates } from './faults/certificates.js';
import { generated } from './faults/generated.js';
import { hosts } from './faults/hosts.js';
import { privileges } from './faults/privileges.js';
import { probes, shutdown } from './faults/probes.js';
import { resources } from './faults/resources.js';
import { budgets, jobs, rollout } from './faults/rollout.js';
import type { Rule } from './faults/rule.js';
import { lagTriggers, replicas } from './faults/scaling.js';
import { scrapes } from './faults/scrapes.js';
import { plainText, secrets, settings } from './faults/settings.js';
import { targets } from './faults/targets.js';
import { topology } from './faults/topology.js';
import { whole } from './faults/whole.js';
import { titleOf, workloadsOf, type Manifest } from './manifest.js';
import { readServices } from './service-code.js';
import { isCore, typeFaults } from './typed-models.js';

const rules: readonly Rule[] = [
  ...[completeness, references, targets, settings, secrets, plainText],
  ...[containerPorts, servicePorts, addresses, probes, scrapes, shutdown],
  ...[images, build, security, privileges, topology, arrows],
  ...[
    whole,
    generated,
    lagTriggers,
    replicas,
    hosts,
    certificates,
    rollout,
    budgets,
    jobs,
    resources,
  ],
];

/**
 * Everything that is wrong with what was rendered, a sentence each that names the object first.
 *
 * @param components of k8s/components, those that the overlay takes
 */
export async function findFaults(
  manifests: readonly Manifest[],
  components: readonly string[] = [],
): Promise<readonly string[]> {
  const folder = temporaryFolder();
  try {
    const judged = {
      ...{ manifests, workloads: workloadsOf(manifests), services: await readServices() },
      ...{ folder: folder.path, components },
      stand: await (stand ??= makeStand()),
    };
    return [
      ...typeFaults(manifests),
      ...customFaults(manifests),
      ...rules.flatMap((rule) => rule(judged)),
    ];
  } finally {
    folder.remove();
  }
}

let stand: Promise<Stand> | undefined;

async function makeStand(): Promise<Stand> {
  const folder = temporaryFolder();
  try {
    const authority = await createAuthority(folder.path, 'ca');
    const { certFile, keyFile } = await authority.issue({ name: 'sample' });
    const [ca = '', certificate = '', key = ''] = [authority.caFile, certFile, keyFile].map(
      (file) => readFileSync(file, 'utf8'),
    );
    return { authority: ca, certificate, key };
  } finally {
    folder.remove();
  }
}

const schemas = new CrdSchemas();

/** What was judged once is not judged again. */
const validated = new WeakMap<Manifest, readonly string[]>();

function customFaults(manifests: readonly Manifest[]): string[] {
  return manifests
    .filter((manifest) => !isCore(manifest))
    .flatMap((manifest) => {
      const faults = validated.get(manifest) ?? shapeFaults(manifest);
      validated.set(manifest, faults);
      return faults;
    });
}

function shapeFaults(manifest: Manifest): readonly string[] {
  return schemas.knows(manifest)
    ? schemas.faults(manifest)
    : [`${titleOf(manifest)}: no schema of ${manifest.apiVersion} is in k8s/schemas`];
}
