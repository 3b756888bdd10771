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
    expect(statusLines(new Map([['depot', sound]]))).toEqual([
      'SERVICE  MODE     WAITING  OF      OLDEST  RELAYS  HELD  WRITER  OPEN',
      'depot    polling  1200     200000  1m      2       1/2   -       1h',
    ]);
  });

  it('given a cursor of another database, then names the two ways on', () => {
    const lines = statusLines(new Map([['depot', { ...sound, isForeign: true, here: '43/9' }]]));
    expect(lines.slice(2)).toEqual([
      '',
      'depot publishes nothing: its cursor belongs to database 42/7, and this is 43/9 (system identifier/oid).',
      'The data was restored or copied: what was published can not be told here, so all that is kept waits.',
      'How much was not published when the copy was made says --dry-run. Two ways on:',
      '  npm run mesh -- outbox reset --service depot --from start   publishes what is kept again',
      '  npm run mesh -- outbox reset --service depot --from end     publishes nothing of it',
    ]);
  });

  it('given nobody knows how much waits, then says so', () => {
    const [, line] = statusLines(
      new Map([['depot', { ...sound, depth: null, oldestAgeSeconds: null }]]),
    );
    expect(line).toContain('polling  ?        200000  ?');
  });
});

describe('the status of an outbox in the WAL', () => {
  const slot = {
    ...{ slot: 'mesh_outbox_7', lost: null, confirmed: '0/7', confirmedAt: 'T' },
    ...{ waitingBytes: 512, maxBytes: 2 ** 30, keptBytes: 17 * 2 ** 20, safeBytes: 2 ** 31 },
  };
  const logical = { ...sound, mode: 'logical', maxEvents: null, partitions: [], depth: 0 };

  it('says how much waits, is kept, and may still come', () => {
    expect(statusLines(new Map([['depot', { ...logical, members: 1, slot }]]))).toEqual([
      'SERVICE  MODE     WAITING  OF     OLDEST  RELAYS  HELD  WRITER  OPEN',
      'depot    logical  0        1 GiB  -       1       slot  -       1h',
      '',
      'depot: 512 B of WAL wait of 1 GiB; 17 MiB are kept for the slot, 2 GiB until it is given up.',
    ]);
  });

  it('given its slot was lost, then says why, and the way on', () => {
    const lost = { ...logical, depth: null, members: 0, slot: { ...slot, lost: 'it was dropped' } };
    expect(statusLines(new Map([['depot', lost]])).slice(2)).toEqual([
      '',
      'depot takes and publishes nothing: its replication slot "mesh_outbox_7" is lost: it was dropped.',
      'Events committed since T (WAL position 0/7) and not published may be missing for ever.',
      'The way on:',
      '  npm run mesh -- outbox reset --service depot --from end   makes a new slot, for what is appended from then on',
    ]);
  });
});

describe('a reset', () => {
  it('says what nobody will hear of', () => {
    const plan = { kept: 5, unpublished: 2 };
    expect(planLines(plan, 'depot', 'start')).toEqual([
      'depot publishes 5 events again; 2 were not published when the copy was made.',
    ]);
    expect(planLines(plan, 'depot', 'end')).toEqual([
      'depot publishes none of 5 events that it keeps; 2 were not published when the copy was made: nobody will hear of that.',
    ]);
    expect(planLines({ kept: 1, unpublished: 1 }, 'depot', 'start')).toEqual([
      'depot publishes 1 event again; 1 was not published when the copy was made.',
    ]);
  });

  it('given a slot that was lost, then says since when events may be missing', () => {
    const plan = { kept: 0, unpublished: null, lost: 'it was dropped', missingSince: 'T' };
    expect(planLines(plan, 'depot', 'end')).toEqual([
      'depot gets a new replication slot in place of the one that was lost: it was dropped.',
      'What was committed since T and not published stays missing; how much it is nobody knows.',
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
