import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findManifest, type Container, type Manifest, type PodSpec } from './manifest.js';
import { secretsMadeInCluster } from './made-secrets.js';

/** What a process in a container finds. */
export interface Environment {
  /** Paths of mounted files are those of copies in the folder. */
  readonly variables: Readonly<Record<string, string>>;
  /** References to what is nowhere. */
  readonly faults: readonly string[];
}

/** Contents that stand for what only the cluster has, by the name of a file. */
export interface Stand {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

interface Place {
  readonly manifests: readonly Manifest[];
  readonly pod: PodSpec;
  readonly container: Container;
  /** Empty, for files. */
  readonly folder: string;
  readonly stand: Stand;
}

/** The environment of a container as Kubernetes puts it together: later sources count more, `env` most. */
export function environmentOf(place: Place): Environment {
  const faults: string[] = [];
  const values = new Map<string, string>();
  const find = (kind: 'ConfigMap' | 'Secret', name: string, optional: boolean | undefined) => {
    const data = dataOf(place, kind, name);
    if (data === undefined && !optional) faults.push(`${kind} ${name} is nowhere`);
    return data;
  };
  for (const { configMapRef, secretRef } of place.container.envFrom ?? []) {
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const { name = '', optional } = configMapRef ?? secretRef ?? {};
    const data = find(kind, name, optional);
    for (const [key, value] of Object.entries(data ?? {})) values.set(key, value);
  }
  for (const { name, value, valueFrom } of place.container.env ?? []) {
    const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
    const from = secretKeyRef ?? configMapKeyRef;
    if (from === undefined) values.set(name, value ?? 'from the pod');
    else {
      const kind = secretKeyRef === undefined ? 'ConfigMap' : 'Secret';
      const data = find(kind, from.name, from.optional);
      if (isMade(data) && has(data, from.key)) values.set(name, sampleOf(name));
      else if (data?.[from.key] !== undefined) values.set(name, data[from.key]!);
      else if (data !== undefined && !from.optional)
        faults.push(`${name}: ${kind} ${from.name} has no ${from.key}`);
    }
  }
  expand(values);
  faults.push(...mountFiles(place, values));
  return { variables: Object.fromEntries(values), faults };
}

type Data = Readonly<Record<string, string>>;

/** For the data of a secret that is made in the cluster: its keys, undefined where any may be in it. */
const made = new WeakMap<Data, { readonly keys: readonly string[] | undefined }>();

function standIn(keys: readonly string[] | undefined): Data {
  const data: Data = {};
  made.set(data, { keys });
  return data;
}

function isMade(data: Data | undefined): data is Data {
  return data !== undefined && made.has(data);
}

function has(data: Data, key: string): boolean {
  const secret = made.get(data);
  return secret === undefined ? key in data : (secret.keys?.includes(key) ?? true);
}

function dataOf(
  { manifests }: Place,
  kind: 'ConfigMap' | 'Secret',
  name: string,
): Readonly<Record<string, string>> | undefined {
  const found = findManifest(manifests, kind, name);
  if (found === undefined) {
    const secrets = secretsMadeInCluster(manifests);
    return kind === 'Secret' && secrets.has(name) ? standIn(secrets.get(name)) : undefined;
  }
  const { stringData } = found as { stringData?: Readonly<Record<string, string>> };
  const entries = Object.entries(found.data ?? {}).map(([key, value]) => [
    key,
    kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value,
  ]);
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...stringData };
}

function sampleOf(variable: string): string {
  if (/^(DATABASE|RATE_LIMIT)_URL$/.test(variable))
    return 'postgres://service:sample@db.example/service';
  if (variable === 'AMQP_URL') return 'amqps://service:sample@rabbitmq.example:5671';
  return 'sample';
}

/** `$(NAME)` in a value is what NAME has. */
function expand(values: Map<string, string>): void {
  for (const [name, value] of values)
    values.set(
      name,
      value.replace(/\$\((\w+)\)/g, (whole, other: string) => values.get(other) ?? whole),
    );
}

/** Writes what is mounted into the folder, and points variables there. */
function mountFiles(place: Place, values: Map<string, string>): string[] {
  const faults: string[] = [];
  for (const { name, mountPath } of place.container.volumeMounts ?? []) {
    const volume = place.pod.volumes?.find((one) => one.name === name);
    if (volume === undefined) {
      faults.push(`volume ${name} is nowhere`);
      continue;
    }
    for (const { kind, source, from } of sourcesOf(volume)) {
      const data = dataOf(place, kind, from);
      if (data === undefined && !source.optional) faults.push(`${kind} ${from} is nowhere`);
      if (data === undefined) continue;
      const missing = (source.items ?? []).filter(({ key }) => !has(data, key));
      if (!source.optional)
        faults.push(...missing.map(({ key }) => `volume ${name}: ${kind} ${from} has no ${key}`));
      write({ ...place, mountPath, values, data, items: source.items });
    }
  }
  return faults;
}

function sourcesOf({ secret, configMap, projected }: NonNullable<PodSpec['volumes']>[number]) {
  const all = [
    ...(secret ? [{ secret: { ...secret, name: secret.secretName } }] : []),
    ...(configMap ? [{ configMap }] : []),
    ...(projected?.sources ?? []),
  ] as NonNullable<NonNullable<PodSpec['volumes']>[number]['projected']>['sources'];
  return all.flatMap((one) => {
    const source = one.secret ?? one.configMap;
    if (source === undefined) return [];
    const kind: 'Secret' | 'ConfigMap' = one.secret === undefined ? 'ConfigMap' : 'Secret';
    return [{ kind, source, from: source.name ?? '' }];
  });
}

interface Mounted extends Place {
  readonly mountPath: string;
  readonly values: Map<string, string>;
  readonly data: Readonly<Record<string, string>>;
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
}

function write({ folder, mountPath, values, data, items, stand }: Mounted): void {
  const keys = new Map(Object.entries(data));
  const paths = items?.map(({ key, path }) => [path, keys.get(key)] as const) ?? [...keys];
  const files = new Map<string, string | undefined>(paths);
  for (const [name, value] of values) {
    // Also inside of URLs: postgres://…?sslrootcert=/run/…
    const mounted = new RegExp(`${mountPath}/([\\w./-]+)`, 'g');
    for (const [, path = ''] of value.matchAll(mounted)) {
      if (!files.has(path) && isMade(data) && has(data, path))
        files.set(path, standFor(path, stand));
    }
    values.set(
      name,
      value.replace(mounted, (whole, path: string) =>
        files.has(path) ? join(folder, whole) : whole,
      ),
    );
  }
  for (const [path, content] of files) {
    const file = join(folder, mountPath, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content ?? standFor(path, stand));
  }
}

function standFor(path: string, stand: Stand): string {
  if (/(^|\/)(ca|server-ca)[^/]*$/.test(path)) return stand.authority;
  if (path.endsWith('.crt') || path.endsWith('cert.pem')) return stand.certificate;
  if (path.endsWith('.key') || path.endsWith('key.pem')) return stand.key;
  return 'sample'.repeat(8);
}
