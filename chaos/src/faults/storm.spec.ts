import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@mesh/messaging/testing/random';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import { aborted } from './lasting.js';
import { Storm, type StormOptions } from './storm.js';

const gone = { service: 'order', name: 'order', pid: undefined };

describe('Storm', () => {
  let dir: string;
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'storm-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const stormOn = (
    untilReady: () => Promise<void>,
    quit: AbortSignal,
    signal = quit,
    looking: Pick<StormOptions, 'enough' | 'look'> = {},
  ) => {
    const mesh = {
      ...{ replicas: [gone], links: { all: [] }, servers: { all: [] }, waitingFor: [] },
      ...{ faultLog: join(dir, 'faults.log'), untilReady },
    } as unknown as FaultyMesh;
    const kinds = ['SIGKILL a service'];
    return new Storm({
      mesh,
      random: new Random(1),
      kinds,
      signal,
      quit,
      recoveryLimitMs: 1_000,
      ...looking,
    });
  };

  it('given that time is up in a fault, then it is recovered from, counted and the last', async () => {
    const over = new AbortController();
    const storm = stormOn(async () => over.abort(), new AbortController().signal, over.signal);
    await storm.run();
    expect(storm.tally.byKind).toMatchObject([{ kind: 'SIGKILL a service', count: 1 }]);
    expect(storm.last).toMatch(/^SIGKILL a service \(order\), recovered after \d+\.\d s$/);
    expect(readFileSync(join(dir, 'faults.log'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('given that the mesh does not recover, then it says from what', async () => {
    const storm = stormOn(
      () => Promise.reject(new Error('not ready within 1000 ms: order: no answer')),
      new AbortController().signal,
    );
    await expect(storm.run()).rejects.toThrow(
      'The mesh has not recovered from SIGKILL a service (order): not ready within 1000 ms: order: no answer',
    );
  });

  it('given a look that finds something while the mesh recovers, then no recovery is waited for', async () => {
    const enough = new AbortController();
    const storm = stormOn(
      () => aborted(new AbortController().signal),
      new AbortController().signal,
      new AbortController().signal,
      { enough: enough.signal, look: async () => enough.abort() },
    );
    await storm.run();
    expect(storm.tally.total).toBe(1);
    expect(storm.last).toMatch(/^SIGKILL a service \(order\), left after \d+\.\d s$/);
  });

  it('given that a person asks to stop, then no recovery is waited for', async () => {
    const quit = new AbortController();
    const storm = stormOn(() => {
      quit.abort();
      return aborted(new AbortController().signal);
    }, quit.signal);
    await storm.run();
    expect(storm.tally.total).toBe(0);
  });
});
