import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { CrdSchemas, type KubernetesObject } from './crd-schemas.js';

const schemas = new CrdSchemas();
const folder = join(root, 'k8s/components');

/** Every object that a file of the components holds, patches too where they are of a kind that has a schema. */
const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8'), { merge: true }))
  .map((document) => document.toJS() as Partial<KubernetesObject> | null)
  // Also files of settings, and what Kubernetes knows by itself.
  .filter((object): object is KubernetesObject =>
    Boolean(object?.apiVersion && schemas.knows(object as KubernetesObject)),
  );

const examples = new Map(
  objects
    .filter((object) => schemas.faults(object).length === 0)
    .map((object) => [`${object.apiVersion.split('/')[0]}_${object.kind}`, object]),
);

/** The object with its last field of the given depth misspelt: `replicas` becomes `replicaz`. */
function misspelt(object: KubernetesObject, path: readonly string[]): KubernetesObject {
  const copy = structuredClone(object);
  const holder = path
    .slice(0, -1)
    .reduce(
      (one, key) => one[key] as Record<string, unknown>,
      copy as never as Record<string, unknown>,
    );
  const name = path.at(-1)!;
  holder[`${name}z`] = holder[name];
  Reflect.deleteProperty(holder, name);
  return copy;
}

describe('the schemas of custom resources', () => {
  it('given the components, then they have an object of each kind, and without a fault', () => {
    expect(schemas.kinds).toEqual(expect.arrayContaining([...examples.keys()]));
    const whole = objects.filter(({ metadata }) => metadata.name !== 'any');
    expect(whole.flatMap((object) => schemas.faults(object))).toEqual([]);
  });

  it.each([...examples])(
    'given %s with a field of its spec misspelt, then names it',
    (_kind, object) => {
      const spec = (object as unknown as { spec: object }).spec;
      for (const field of Object.keys(spec)) {
        const faults = schemas.faults(misspelt(object, ['spec', field]));
        expect(faults).toContain(
          `${object.kind} ${object.metadata.name}: /spec has no field "${field}z"`,
        );
      }
    },
  );

  it('given a value of another type and a field that is missing, then says both', () => {
    const topic = {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      metadata: { name: 'a' },
      spec: { partitions: 'six', replicas: 0 },
    };
    expect(schemas.faults(topic)).toEqual([
      'KafkaTopic a: /spec/partitions must be integer',
      'KafkaTopic a: /spec/replicas must be >= 1',
    ]);
  });

  it('given a kind without a schema, then says where one is looked for', () => {
    const object = { apiVersion: 'kitchen.example/v1', kind: 'Kettle', metadata: { name: 'a' } };
    expect(() => schemas.faults(object)).toThrow(
      'Kettle a: there is no schema k8s/schemas/kitchen.example_Kettle.json',
    );
  });
});
