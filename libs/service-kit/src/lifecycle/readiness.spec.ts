import { describe, expect, test, vi } from 'vitest';
import { Readiness } from './readiness.js';

describe('Readiness', () => {
  test('given conditions, when asked, then says what it waits for until all hold', async () => {
    const readiness = new Readiness();
    const database = readiness.require('database');
    const relay = readiness.require('relay');
    database.waiting('connection refused');
    relay.fulfil();
    expect(await readiness.report()).toEqual({
      status: 'waiting',
      waitingFor: [{ name: 'database', reason: 'connection refused' }],
    });
    database.fulfil();
    expect(await readiness.report()).toEqual({ status: 'ready', waitingFor: [] });
  });

  test('given a condition that is lost, when asked, then waits again', async () => {
    const readiness = new Readiness();
    const relay = readiness.require('relay');
    relay.fulfil();
    await readiness.report();
    relay.waiting('another server');
    expect(await readiness.report()).toMatchObject({ status: 'waiting' });
  });

  test('given a check, when asked often, then it is made once a second', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const readiness = new Readiness();
    const check = vi.fn(() => Promise.reject(new Error('gone')));
    readiness.require('database', check).fulfil();
    const waiting = { status: 'waiting', waitingFor: [{ name: 'database', reason: 'gone' }] };
    expect(await readiness.report()).toEqual(waiting);
    expect(await readiness.report()).toEqual(waiting);
    expect(check).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    await readiness.report();
    expect(check).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  test('given a check that does not answer, when asked, then says so after a second', async () => {
    vi.useFakeTimers();
    const readiness = new Readiness();
    readiness.require('brokers', () => new Promise(() => {})).fulfil();
    const report = readiness.report();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await report).waitingFor).toEqual([
      { name: 'brokers', reason: 'no answer within 1000 ms' },
    ]);
    vi.useRealTimers();
  });

  test('given it is stopped, when asked, then is stopping for good', async () => {
    const readiness = new Readiness();
    const report = readiness.report();
    readiness.stop();
    expect((await report).status).toBe('stopping');
    expect((await readiness.report()).status).toBe('stopping');
  });
});
