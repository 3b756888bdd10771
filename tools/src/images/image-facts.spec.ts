import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFaults, contentFaults } from './image-facts.js';

const config = {
  User: '65532:65532',
  Env: ['NODE_ENV=production'],
  Entrypoint: ['/usr/local/bin/node', '/app/main.js'],
  Labels: { 'org.opencontainers.image.title': 'mesh-order' },
  StopSignal: 'SIGTERM',
  Healthcheck: { Test: ['CMD', '/usr/local/bin/node', '/app/health.mjs'] },
};

describe('configFaults', () => {
  it('given what the Dockerfile says, then finds nothing', () => {
    expect(configFaults('order', config)).toEqual([]);
  });

  it.each([
    [{ User: 'root' }, 'the user is root, not a number above 0'],
    [{ User: '0' }, 'the user is 0, not a number above 0'],
    [{ Entrypoint: ['/bin/sh', '-c'] }, 'the entry point is /bin/sh -c, not node itself'],
    [{ Env: [] }, 'production is not the default'],
    [
      { Healthcheck: { Test: ['CMD-SHELL', 'curl'] } },
      'there is no health check, or one that needs a shell',
    ],
    [{ StopSignal: 'SIGKILL' }, 'the stop signal is SIGKILL'],
    [{ Labels: {} }, 'the labels do not name it'],
  ])('given %o, then says so', (change, fault) => {
    expect(configFaults('order', { ...config, ...change })).toEqual([fault]);
  });
});

describe('contentFaults', () => {
  let folder: string;
  const put = (path: string, text = '') => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const listed = (...names: string[]) =>
    put('app/sbom.json', JSON.stringify({ components: names.map((name) => ({ name })) }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mesh-facts-'));
    put('app/node_modules/pg/index.js');
    put('app/node_modules/@grpc/grpc-js/index.js');
    listed('node', '@nestjs/core', 'pg', '@grpc/grpc-js');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('given what a service needs, then finds nothing', () => {
    expect(contentFaults('order', folder)).toEqual([]);
  });

  it('given a shell, a page that nobody serves and a package that is not listed, then says so', () => {
    put('bin/sh');
    put('app/web/index.html');
    listed('node', '@nestjs/core', 'pg');
    expect(contentFaults('order', folder)).toEqual([
      'it holds /bin/sh',
      'sbom.json lacks @grpc/grpc-js',
      'it holds the page',
    ]);
  });

  it('given a gateway without its page, then says so', () => {
    expect(contentFaults('gateway', folder)).toEqual(['it holds no page']);
  });
});
