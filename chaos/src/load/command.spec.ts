import { describe, expect, it } from 'vitest';
import { answerOf, type Answer, type Client } from './client.js';
import { PendingCommand } from './command.js';

const { signal } = new AbortController();
const ok = { kind: 'ok', body: { orderId: 'o1' } } as const;
const refused = { kind: 'refused', code: 'SKU_UNKNOWN' } as const;
const later = { kind: 'later', because: 'IDEMPOTENCY_IN_PROGRESS' } as const;
const gone = { kind: 'lost', because: 'TimeoutError' } as const;

/** A command whose requests get these answers, one after the other. */
function placing(answers: readonly Answer[], patience = { attempts: 2, givesUp: false }) {
  const left = [...answers];
  const client = { send: () => Promise.resolve(left.shift() ?? gone) } as unknown as Client;
  const lines = [{ sku: 'MUG', quantity: 1 }];
  return new PendingCommand(
    client,
    { kind: 'place', customerId: 'ann', idempotencyKey: 'k', lines },
    patience,
  );
}

describe('PendingCommand', () => {
  it.each([
    { answers: [ok], attempts: 1, outcome: { kind: 'accepted', orderId: 'o1' } },
    { answers: [gone, ok], attempts: 2, outcome: { kind: 'accepted', orderId: 'o1' } },
    { answers: [refused], attempts: 1, outcome: { kind: 'refused', code: 'SKU_UNKNOWN' } },
    { answers: [later, refused], attempts: 2, outcome: { kind: 'refused', code: 'SKU_UNKNOWN' } },
    {
      answers: [gone, gone, ok],
      attempts: 2,
      outcome: { kind: 'unknown', because: 'TimeoutError' },
    },
  ])('given $answers, then its outcome is $outcome', async ({ answers, attempts, outcome }) => {
    const command = placing(answers);
    await command.give(signal);
    expect(command.view()).toMatchObject({ attempts, outcome });
  });

  it('given a refusal after an answer that got lost, then what became of it is unknown, and nothing is left to ask', async () => {
    const command = placing([gone, refused]);
    await command.give(signal);
    expect(command.settled).toBe(true);
    expect(command.view().outcome).toEqual({ kind: 'unknown', because: 'SKU_UNKNOWN' });
  });

  it('given one without an answer, when insisting, then asks until it has one', async () => {
    const command = placing([gone, gone, later, ok]);
    await command.give(signal);
    await command.insist(signal);
    expect(command.view()).toMatchObject({ attempts: 4, outcome: { kind: 'accepted' } });
  });

  it('given a customer who gives up, when insisting, then nothing is asked', async () => {
    const command = placing([gone], { attempts: 1, givesUp: true });
    await command.give(signal);
    await command.insist(signal);
    expect(command.view()).toMatchObject({ attempts: 1, outcome: { kind: 'unknown' } });
  });
});

describe('answerOf', () => {
  it.each([
    [201, { orderId: 'o1' }, 'ok'],
    [409, { code: 'IDEMPOTENCY_IN_PROGRESS' }, 'later'],
    [429, { code: 'TOO_MANY_REQUESTS' }, 'later'],
    [409, { code: 'ORDER_NOT_CANCELLABLE' }, 'refused'],
    [422, { code: 'SKU_UNKNOWN' }, 'refused'],
    [503, { code: 'UNAVAILABLE' }, 'lost'],
    [500, null, 'lost'],
  ])('given %i %j, then it is %s', (status, body, kind) => {
    expect(answerOf(status, body).kind).toBe(kind);
  });
});
