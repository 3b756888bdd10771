import { expect, it } from 'vitest';
import { apiOf, type Endpoint } from './endpoint.js';
import { operation } from './openapi-parts.js';

const endpoint = (path: string, verb: Endpoint['verb']): Endpoint => ({
  ...{ path, verb, schemas: [] },
  operation: operation({
    ...{ operationId: `${verb}Probe`, tag: 'probe', summary: 'Probe' },
    ...{ responses: {}, errors: [] },
  }),
});

it('given several verbs at one path, then the path has all of them', () => {
  const all = [endpoint('/v1/probes', 'get'), endpoint('/v1/other', 'get')];
  const { tag, paths } = apiOf('probe', [...all, endpoint('/v1/probes', 'post')]);
  expect(tag).toBe('probe');
  expect(Object.keys(paths)).toEqual(['/v1/probes', '/v1/other']);
  expect(Object.keys(paths['/v1/probes'] ?? {})).toEqual(['get', 'post']);
});
