import { describe, expect, it, vi } from 'vitest';
import { ExportTeller } from './told.js';

describe('ExportTeller', () => {
  const setUp = () => {
    const time = { now: 0 };
    const log = { warn: vi.fn(), info: vi.fn() };
    return { time, log, teller: new ExportTeller(log as never, () => time.now) };
  };

  it('given many failures of all signals, then warns once and says once that all is well', () => {
    const { log, teller } = setUp();
    for (let n = 0; n < 3; n++) {
      teller.failed('traces', Object.assign(new Error('refused'), { code: 503, data: 'theirs' }));
      teller.failed('logs', undefined);
    }
    teller.succeeded('traces');
    teller.succeeded('metrics');
    expect(log.info).not.toHaveBeenCalled();
    teller.succeeded('logs');
    teller.succeeded('logs');
    expect(log.warn.mock.calls).toEqual([
      [
        { signal: 'traces', reason: 'refused, 503' },
        'Telemetry can not be sent; what is recorded meanwhile may be lost',
      ],
    ]);
    expect(log.info.mock.calls).toEqual([['Telemetry is sent again']]);
  });

  it('given a collector that comes and goes, then warns once a minute at most', () => {
    const { log, teller, time } = setUp();
    for (; time.now < 150_000; time.now += 1000) {
      teller.failed('traces', new Error('gone'));
      teller.succeeded('traces');
    }
    expect([log.warn.mock.calls.length, log.info.mock.calls.length]).toEqual([3, 3]);
  });

  it('given a failure within the quiet minute that stays, then warns after it', () => {
    const { log, teller, time } = setUp();
    teller.failed('traces', undefined);
    teller.succeeded('traces');
    teller.failed('traces', undefined);
    expect(log.warn).toHaveBeenCalledTimes(1);
    time.now = 60_000;
    teller.failed('traces', undefined);
    expect(log.warn).toHaveBeenCalledTimes(2);
  });

  it('given a log that could not be sent and none after it, then what else is sent says that all is well', () => {
    const { log, teller, time } = setUp();
    teller.failed('metrics', undefined);
    teller.failed('logs', undefined);
    time.now = 60_000;
    teller.succeeded('metrics');
    expect(log.info.mock.calls).toEqual([['Telemetry is sent again']]);
    teller.failed('metrics', undefined);
    expect(log.warn).toHaveBeenCalledTimes(2);
  });

  it('given metrics that were not taken, then traces a minute later do not say that all is well', () => {
    const { log, teller, time } = setUp();
    teller.failed('metrics', undefined);
    time.now = 60_000;
    teller.succeeded('traces');
    expect(log.info).not.toHaveBeenCalled();
  });
});
