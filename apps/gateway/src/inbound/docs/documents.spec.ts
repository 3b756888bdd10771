import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { topicsOf } from '../../feature.js';
import { features } from '../../features.js';
import { asyncApiDocument } from './async-api-document.js';
import { openApiDocument } from './openapi-document.js';

const parts = features.flatMap(({ api }) => api ?? []);
const openApi = openApiDocument(parts, { devToken: true });
const asyncApi = asyncApiDocument(topicsOf(features));
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

describe('the OpenAPI document', () => {
  it('is one, of version 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(plain(openApi))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('given a document that is broken, then this check finds it', async () => {
    const broken = { ...plain(openApi), paths: { 'v1/things': { post: { responses: 5 } } } };
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('refers only to schemas that it has', () => {
    const references = [...JSON.stringify(openApi).matchAll(/"\$ref":"([^"]+)"/g)];
    const targets = new Set(references.map(([, target]) => target));
    const known = Object.keys(openApi.components.schemas).map((id) => `#/components/schemas/${id}`);
    expect([...targets].filter((target) => !known.includes(target!))).toEqual([]);
    expect(targets.size).toBeGreaterThan(5);
  });

  it('says for each operation who may call it and which problems it answers with', () => {
    for (const [path, item] of Object.entries(openApi.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const statuses = Object.keys(operation.responses).map(Number);
        const isPublic = operation.security.length === 0;
        expect([path, method, statuses.includes(401)]).toEqual([path, method, !isPublic]);
        expect([path, statuses.includes(500)]).toEqual([path, true]);
      }
    }
  });

  it('outside of development has no way to sign in as anybody', () => {
    expect(openApiDocument(parts, { devToken: false }).paths).not.toHaveProperty('/dev/token');
  });
});

// The parser compiles its rules at first, which takes seconds on a busy machine.
describe('the AsyncAPI document', { timeout: 30_000 }, () => {
  it('is one, to the official parser', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  });

  it('given a document that is broken, then this check finds it', async () => {
    const broken = { ...plain(asyncApi), operations: { subscribe: { action: 'shout' } } };
    const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
    expect(diagnostics.some(({ severity }) => severity === 0)).toBe(true);
  });

  it('has every stream of the catalog, and the live namespace', () => {
    const { live, ...streams } = asyncApi.channels;
    expect(live?.address).toBe('/live');
    expect(Object.keys(streams)).toEqual(Object.values(streams).map(({ address }) => address));
  });

  it('given a gateway that serves nothing, then both documents are still such', async () => {
    const bare = openApiDocument([], { devToken: true });
    expect(await new Validator().validate(plain(bare))).toEqual({ valid: true });
    expect(Object.keys(bare.paths)).toContain('/v1/operations');
    const nothing = asyncApiDocument({ resources: [], states: [] });
    const { diagnostics } = await new Parser().parse(JSON.stringify(nothing));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(Object.keys(nothing.components.messages)).not.toContain('resync');
  });
});
