import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { strictSchema, type Schema } from './strict-schema.js';

const ajv = new Ajv({ strict: false });

/** The definition of a kind `Kettle` whose spec is given. */
function kettle(spec: Schema) {
  const openAPIV3Schema = {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec,
      status: { type: 'object' },
    },
    required: ['spec'],
  };
  const versions = [{ name: 'v1', schema: { openAPIV3Schema } }];
  const definition = { spec: { group: 'kitchen.example', names: { kind: 'Kettle' }, versions } };
  const accepts = ajv.compile(strictSchema(definition, 'v1'));
  return (object: object) =>
    accepts({
      apiVersion: 'kitchen.example/v1',
      kind: 'Kettle',
      metadata: { name: 'a' },
      ...object,
    });
}

describe('the strict schema of a custom resource definition', () => {
  const water = {
    type: 'object',
    properties: { litres: { type: 'integer', description: 'how much' } },
  };

  it('given fields that the definition names, then accepts them', () => {
    const accepts = kettle({ type: 'object', properties: { water } });
    expect(accepts({ spec: { water: { litres: 2 } } })).toBe(true);
  });

  it.each([
    ['a misspelt field', { spec: { water: { liters: 2 } } }],
    ['a field beside spec', { spec: {}, specs: {} }],
    ['a misspelt field of metadata', { spec: {}, metadata: { name: 'a', label: {} } }],
    ['another type', { spec: { water: { litres: 'two' } } }],
    ['nothing where something is required', {}],
    ['another version', { apiVersion: 'kitchen.example/v2', spec: {} }],
    ['a status', { spec: {}, status: {} }],
  ])('given %s, then refuses it', (_what, object) => {
    const accepts = kettle({ type: 'object', properties: { water } });
    expect(accepts(object)).toBe(false);
  });

  it('given a part that keeps unknown fields, then that part takes any', () => {
    const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const accepts = kettle({ type: 'object', properties: { free } });
    expect(accepts({ spec: { free: { anything: 1 } } })).toBe(true);
    expect(accepts({ spec: { fre: {} } })).toBe(false);
  });

  it('given branches of which one must hold, then they demand fields and forbid no others', () => {
    const properties = { gas: { type: 'string' }, current: { type: 'string' } };
    const oneOf = [{ required: ['gas'] }, { required: ['current'] }];
    const accepts = kettle({ type: 'object', properties, oneOf });
    expect(accepts({ spec: { gas: 'propane' } })).toBe(true);
    expect(accepts({ spec: {} })).toBe(false);
    expect(accepts({ spec: { gas: 'propane', current: '10A' } })).toBe(false);
  });

  it('given a number or a text, then takes both and nothing else', () => {
    const port = {
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      'x-kubernetes-int-or-string': true,
    };
    const accepts = kettle({ type: 'object', properties: { port } });
    expect([80, 'http', true].map((value) => accepts({ spec: { port: value } }))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('given a version that the definition does not have, then says so', () => {
    const definition = {
      spec: { group: 'kitchen.example', names: { kind: 'Kettle' }, versions: [] },
    };
    expect(() => strictSchema(definition, 'v1')).toThrow(
      'kitchen.example Kettle has no version v1',
    );
  });
});
