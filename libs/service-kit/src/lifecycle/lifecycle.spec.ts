import { createLogger } from '@mesh/tracing';
import { describe, expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.js';

const create = () => new Lifecycle(createLogger('test', { level: 'silent' }));
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Lifecycle', () => {
  test('given parts in each phase, when stopped, then a phase begins when the one before has ended', async () => {
    const lifecycle = create();
    const order: string[] = [];
    for (const phase of ['close', 'flush', 'intake'] as const) {
      for (const name of ['a', 'b']) {
        lifecycle.onStop(phase, `${phase} ${name}`, async () => {
          order.push(`${phase} begins`);
          await turn();
          order.push(`${phase} ends`);
        });
      }
    }
    const stopped = lifecycle.stop();
    expect(lifecycle.stopping.aborted).toBe(true);
    await stopped;
    expect(order).toEqual(
      ['intake', 'flush', 'close'].flatMap((phase) =>
        ['begins', 'begins', 'ends', 'ends'].map((what) => `${phase} ${what}`),
      ),
    );
  });

  test('given a part that fails, when stopped, then the others are stopped all the same', async () => {
    const lifecycle = create();
    let closed = false;
    lifecycle.onStop('intake', 'broken', () => {
      throw new Error('no');
    });
    lifecycle.onStop('close', 'database', () => void (closed = true));
    await lifecycle.stop();
    expect(closed).toBe(true);
  });

  test('given a part that does not end, when stopping, then it is named', async () => {
    const lifecycle = create();
    lifecycle.onStop('intake', 'servers', () => new Promise(() => {}));
    void lifecycle.stop();
    await turn();
    expect([...lifecycle.unfinished]).toEqual(['servers']);
  });

  test('given parts that fail, when told, then the first failure counts', () => {
    const lifecycle = create();
    const told: string[] = [];
    lifecycle.onFailure((error) => told.push(error.message));
    lifecycle.fail(new Error('first'));
    lifecycle.fail(new Error('second'));
    expect(told).toEqual(['first']);
    expect(lifecycle.failure?.message).toBe('first');
  });
});
