import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { describe, expect, it } from 'vitest';
import { defaultOf } from '../configuration/form.js';
import { readSettings } from '../configuration/service-settings.js';
import type { z } from 'zod';
import { defaults, measured, workedRows } from './worked.js';

describe('the worked sizes', () => {
  it('are those of the formulas', () => {
    const results = new Map(workedRows().map(([what, , result]) => [what, result]));
    expect(results.get('Events that one consumer handles')).toBe('1,000/s');
    expect(results.get('Consumers of the group')).toBe('2');
    expect(results.get('Partitions of its topic')).toBe('6');
    // 300 × 700 B × 604,800 s × 3 = 381 GB
    expect(results.get('Disk of the topic, 7 days, 3 copies')).toBe('355 GiB');
    expect(results.get('Prefetch of an AMQP group')).toBe('128');
  });

  it('begin with the defaults of the settings', async () => {
    const shapes = (await readSettings()).map(({ schema }) => Object.entries(schema.shape));
    const found = new Map(shapes.flat() as [string, z.ZodType][]);
    for (const [key, value] of Object.entries(defaults))
      if (found.has(key)) expect(defaultOf(found.get(key)!)).toBe(`\`${value}\``);
    expect(found.has('HTTP_MAX_CONNECTIONS')).toBe(true);
  });

  it('begin with figures of the benchmarks', () => {
    const page = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8');
    const [, cpu, , , , rss] =
      /our gateway +997 +100% +(\S+) +(\S+) ms +(\S+) ms +(\S+) +(\S+)/.exec(page) ?? [];
    expect([Number(cpu), Number(rss) * 1000]).toEqual([
      measured.updateMicroseconds,
      measured.socketBytes,
    ]);
  });
});
