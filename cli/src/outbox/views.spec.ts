import { describe, expect, it } from 'vitest';
import type { Status } from './client.js';
import { auditLines, planLines, statusLines } from './views.js';

const sound: Status = {
  ...{ mode: 'polling', isForeign: false, boundTo: '42/7', here: '42/7', members: 2 },
  ...{ depth: 1200, maxEvents: 200_000, oldestAgeSeconds: 95.4 },
  ...{ oldestWriterSeconds: 0.02, oldestSeconds: 3720 },
  partitions: [
    { partition: 0, owner: 'a', leaseMs: 4000 },
    { partition: 1, owner: null, leaseMs: 0 },
  ],
};

describe('the status of outboxes', () => {
  it('is a line a service', () => {
    expect(statusLines(new Map([['order', sound]]))).toEqual([
      'SERVICE  MODE     WAITING  OF      OLDEST  RELAYS  HELD  WRITER  OPEN',
      'order    polling  1200     200000  1m      2       1/2   -       1h',
    ]);
  });

  it('given a cursor of another database, then names the two ways on', () => {
    const lines = statusLines(new Map([['order', { ...sound, isForeign: true, here: '43/9' }]]));
    expect(lines.slice(2)).toEqual([
      '',
      'order publishes nothing: its cursor belongs to database 42/7, and this is 43/9 (system identifier/oid).',
      'The data was restored or copied. Two ways on:',
      '  npm run mesh -- outbox reset --service order --from start   publishes what is kept again',
      '  npm run mesh -- outbox reset --service order --from end     publishes nothing of it',
    ]);
  });

  it('given nobody knows how much waits, then says so', () => {
    const [, line] = statusLines(
      new Map([['order', { ...sound, depth: null, oldestAgeSeconds: null }]]),
    );
    expect(line).toContain('polling  ?        200000  ?');
  });
});

describe('a reset', () => {
  it('says what nobody will hear of', () => {
    const plan = { kept: 5, unpublished: 2 };
    expect(planLines(plan, 'order', 'start')).toEqual([
      'order publishes 5 events again; 2 were not published when the copy was made.',
    ]);
    expect(planLines(plan, 'order', 'end')).toEqual([
      'order publishes none of 5 events; 2 were not published when the copy was made: nobody will hear of those.',
    ]);
  });

  it('is in the audit', () => {
    expect(auditLines([])).toEqual(['It was not reset yet.']);
    const reset = { id: '1', at: '2026-11-21T18:00:00Z', actor: 'ann', origin: 'start' };
    expect(
      auditLines([{ ...reset, kept: 5, unpublished: 2, boundTo: '42/7', here: '43/9' }]),
    ).toEqual([
      'AT                    WHO  FROM   KEPT  UNPUBLISHED  BOUND TO  NOW',
      '2026-11-21T18:00:00Z  ann  start  5     2            42/7      43/9',
    ]);
  });
});
