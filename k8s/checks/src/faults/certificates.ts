import { findManifest, titleOf, type Manifest } from '../manifest.js';
import type { Judged, Rule } from './rule.js';

interface CertificateSpec {
  readonly secretName: string;
  readonly dnsNames?: readonly string[];
  readonly issuerRef: { readonly name: string; readonly kind?: string };
}

/** A certificate is issued by whom there is, and has the names by which those that show it are called. */
export const certificates: Rule = (judged) =>
  judged.manifests
    .filter(({ kind }) => kind === 'Certificate')
    .flatMap((manifest) => {
      const { secretName, dnsNames = [], issuerRef } = manifest.spec as unknown as CertificateSpec;
      const { kind = 'Issuer', name } = issuerRef;
      // One of the whole cluster is not the mesh's.
      const known = kind === 'ClusterIssuer' || findManifest(judged.manifests, kind, name);
      const namespace = manifest.metadata.namespace ?? 'default';
      const missing = shownBy(judged, secretName)
        .flatMap((host) => [host, `${host}.${namespace}`, `${host}.${namespace}.svc`])
        .filter((host) => !dnsNames.includes(host));
      return [
        ...(known ? [] : [`${kind} ${name} is nowhere`]),
        ...(missing.length === 0 ? [] : [`its dnsNames lack ${missing.join(', ')}`]),
      ].map((fault) => `${titleOf(manifest)}: ${fault}`);
    });

/** Services whose pods have the secret. */
function shownBy({ manifests, workloads }: Judged, secret: string): string[] {
  const pods = workloads
    .filter(({ manifest }) => manifest.kind !== 'Job')
    .filter(({ pod }) => pod.volumes?.some((volume) => volume.secret?.secretName === secret))
    .filter(({ manifest }) => findManifest(manifests, 'Service', manifest.metadata.name))
    .filter(({ pod }) => !pod.volumes?.some((volume) => takesOnlyTheAuthority(volume, secret)));
  const brokers = manifests
    .filter(({ kind }) => kind === 'RabbitmqCluster')
    .filter(({ spec }) => (spec as BrokerSpec | undefined)?.tls?.secretName === secret);
  return [...pods.map(({ manifest }) => manifest), ...brokers].map(
    ({ metadata }: Manifest) => metadata.name,
  );
}

interface BrokerSpec {
  readonly tls?: { readonly secretName?: string };
}

type Volume = NonNullable<Judged['workloads'][number]['pod']['volumes']>[number];

/** A client of what the certificate is for. */
function takesOnlyTheAuthority({ secret }: Volume, name: string): boolean {
  const items = secret?.secretName === name ? secret.items : undefined;
  return items?.every(({ key }) => key === 'ca.crt') ?? false;
}
