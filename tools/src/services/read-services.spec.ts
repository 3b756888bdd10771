import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { readServices, ServicesError } from './read-services.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A workspace with such descriptors, an object or a text each. */
function workspace(descriptors: Readonly<Record<string, object | string>>): string {
  const path = mkdtempSync(join(folder.path, 'workspace-'));
  for (const [name, descriptor] of Object.entries(descriptors)) {
    mkdirSync(join(path, 'apps', name), { recursive: true });
    const text = typeof descriptor === 'string' ? descriptor : JSON.stringify(descriptor);
    writeFileSync(join(path, 'apps', name, 'service.json'), text);
  }
  mkdirSync(join(path, 'apps/page'), { recursive: true });
  return path;
}

function faultsOf(descriptors: Readonly<Record<string, object | string>>): readonly string[] {
  try {
    readServices(workspace(descriptors));
    return [];
  } catch (error) {
    if (error instanceof ServicesError) return error.faults;
    throw error;
  }
}

const door = { http: true, edge: true };

describe('the services of a workspace', () => {
  it('given descriptors, then they are read with what is left out, those with http last', () => {
    const services = readServices(
      workspace({ counter: { grpc: true }, door: { ...door, calls: ['counter'] }, zoo: {} }),
    );
    expect(services.map(({ name }) => name)).toEqual(['counter', 'zoo', 'door']);
    expect(services[1]).toEqual({
      ...{ name: 'zoo', grpc: false, http: false, edge: false, database: false },
      ...{ calls: [], outside: [], development: {}, places: [], probe: [] },
    });
  });

  it('given two with http, then one of them is the edge', () => {
    expect(faultsOf({ door, hooks: { http: true } })).toEqual([]);
  });

  it('given faults in many, then all are told at once', () => {
    expect(
      faultsOf({
        door: { ...door, calls: ['counter', 'nobody', 'door', 'zoo'], grcp: true },
        counter: { calls: ['zoo', 'nobody', 'counter', 'door'], development: { A: '{dir}/x' } },
        kafka: { grpc: 'yes', probe: ['v1'], development: { lower: '' } },
        Shop: {},
        'stock-db': {},
        zoo: '{',
      }),
    ).toEqual([
      'apps/Shop/service.json: "Shop" is no name of a service: small letters, digits and single dashes, as in stock-count',
      expect.stringContaining('apps/door/service.json: unknown key "grcp"; known are grpc, http,'),
      'apps/kafka/service.json: "kafka" is the name of something else of the mesh; choose another',
      'apps/kafka/service.json: grpc: must be boolean',
      'apps/kafka/service.json: development must match pattern "^[A-Z][A-Z0-9_]*$"; received "lower"',
      'apps/kafka/service.json: probe.0 must match pattern "^/"; received "v1"',
      'apps/stock-db/service.json: "stock-db" is the name of something else of the mesh; choose another',
      expect.stringContaining('apps/zoo/service.json: no JSON ('),
      'apps/counter/service.json: {dir} stands for nothing; {folder} is the folder of the mesh',
      'apps/counter/service.json: calls: there is no service "nobody"; there are Shop, counter, door, kafka, stock-db, zoo',
      'apps/counter/service.json: calls: it calls itself',
    ]);
  });

  it('given a call to one without gRPC, or no edge, or two, then says so', () => {
    expect(faultsOf({ counter: {}, door: { ...door, calls: ['counter'] } })).toEqual([
      'apps/door/service.json: calls: counter serves no gRPC',
    ]);
    expect(faultsOf({ counter: { edge: true, http: true }, door })).toEqual([
      'apps/*/service.json: one service is the edge ("edge": true); counter and door are',
    ]);
    expect(faultsOf({ counter: { edge: false } })).toEqual([
      'apps/*/service.json: one service is the edge ("edge": true); none is',
    ]);
    expect(faultsOf({ counter: { edge: true } })).toEqual([
      'apps/counter/service.json: the edge needs "http": true',
    ]);
  });

  it('given this workspace, then all of it can be read', () => {
    expect(readServices(root).filter(({ edge }) => edge)).toHaveLength(1);
  });
});
