import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLogFields } from './log-fields.js';
import { createLogger, useLogSink, type LoggerOptions } from './logger.js';
import { currentTraceparent, withTrace } from './trace.js';

describe('createLogger', () => {
  let lines: Record<string, unknown>[];
  beforeEach(() => {
    lines = [];
    useLogSink((line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  });
  afterEach(() => useLogSink(undefined));
  const logger = (options: LoggerOptions = {}) => createLogger('test', options);

  it('given a trace and an event, then every line has their ids', () => {
    const log = logger();
    const fields = { eventId: 'e-1', eventType: 'mesh.test.v1.Done' };
    let ids: readonly string[] = [];
    withTrace(undefined, () =>
      withLogFields(fields, () => {
        ids = currentTraceparent().split('-');
        log.info({ jobId: 'o-1' }, 'Done');
      }),
    );
    log.info('Outside');
    const [done, outside] = lines;
    expect(done).toMatchObject({
      ...{ level: 'info', service: 'test', msg: 'Done', jobId: 'o-1', ...fields },
      ...{ traceId: ids[1], spanId: ids[2] },
    });
    expect(Object.keys(outside!)).toEqual(['level', 'time', 'service', 'msg']);
  });

  it('given secrets in fields, texts and errors, then none is in a line', () => {
    const log = logger({ secrets: ['correct horse'] });
    const data = { card: '4111 1111' };
    const detail = 'Key (email)=(jo@example.org) already exists.';
    const cause = new Error('at amqp://mesh:hunter22@host');
    const err = Object.assign(new Error('the correct horse', { cause }), {
      ...{ code: '23505', table: 'jobs', detail, data, event: { data }, token: 'tok-1' },
    });
    log.error({ err, headers: { authorization: 'Bearer abc' }, data }, 'Failed');
    const text = JSON.stringify(lines);
    for (const secret of ['horse', '4111', 'jo@', 'hunter22', 'tok-1', 'abc'])
      expect(text).not.toContain(secret);
    expect(lines[0]).toMatchObject({
      ...{ msg: 'Failed', data: '***', headers: { authorization: '***' } },
      err: { type: 'Error', code: '23505', table: 'jobs', message: expect.any(String) },
    });
  });
});
