import { StockChanged, StockReserved } from '@mesh/contracts/catalog/inventory';
import { EmailRequested, StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import { OrderCancelled, OrderConfirmed, OrderPlaced } from '@mesh/contracts/catalog/order';
import { describe, expect, it } from 'vitest';
import { judgeBeforeTheEnd } from './judge.js';
import { soundEvidence } from './testing/sound-evidence.js';

type Draft = ReturnType<typeof soundEvidence>;

/** What is found, of a mesh at work, when its stores are changed like that. */
async function found(change: (draft: Draft) => void): Promise<string[]> {
  const draft = soundEvidence();
  change(draft);
  const findings = await judgeBeforeTheEnd(draft, async () => undefined);
  return findings.map(({ kind, key, what }) => `${kind} ${key}: ${what}`);
}

const without = <Event extends { readonly type: string; readonly key: string }>(
  list: Event[],
  { type }: { readonly type: string },
  key: string,
) => {
  const at = list.findIndex((one) => one.type === type && one.key === key);
  expect(at).toBeGreaterThanOrEqual(0);
  return list.splice(at, 1)[0]!;
};

/** As if no group had come to it yet. */
const notYet = (draft: Draft, handled: (group: string, eventId: string) => boolean) => {
  draft.inbox = draft.inbox.filter(({ group, eventId }) => handled(group, eventId));
};

describe('judgeBeforeTheEnd', () => {
  it('given a mesh at work in which all is well, then finds nothing', async () => {
    expect(await found(() => undefined)).toEqual([]);
  });

  it('given what is on its way, then finds nothing', async () => {
    expect(
      await found((draft) => {
        const order = draft.orders.find(({ orderId }) => orderId === 'stands')!;
        Object.assign(order, { status: 'PLACED', version: 1 });
        draft.updates = draft.updates.filter(
          ({ orderId, version }) => orderId !== 'stands' || version === 1,
        );
        for (const [at, update] of draft.updates.entries()) update.feedSequence = at + 1;
        const { id } = without(draft.outboxes.order, OrderConfirmed, 'stands');
        const answer = draft.outboxes.inventory.find(({ type }) => type === StockReserved.type)!;
        notYet(
          draft,
          (group, eventId) => eventId !== id && !(group === 'order' && eventId === answer.id),
        );
        draft.notifications = draft.notifications.filter(
          ({ notificationId }) => notificationId !== 'stands-v2',
        );
        draft.outboxes.notifications = draft.outboxes.notifications.filter(
          ({ causationId }) => causationId !== id,
        );
        draft.mails = [];
      }),
    ).toEqual([]);
  });

  it('given a change without its event, then the event is lost', async () => {
    expect(
      await found((draft) => void without(draft.outboxes.order, OrderPlaced, 'short')),
    ).toContain('lost short: the outbox of order lacks version 1 of 2');
    expect(
      await found((draft) => void without(draft.outboxes.inventory, StockChanged, 'MUG')),
    ).toContain('lost MUG: the outbox of inventory lacks version 1 of 5');
    expect(
      await found((draft) => void without(draft.outboxes.inventory, StockReserved, 'stands')),
    ).toEqual(['lost stands: inventory told no mesh.inventory.v1.StockReserved']);
    expect(
      await found((draft) => void without(draft.outboxes.notifications, EmailRequested, 'stands')),
    ).toEqual(['lost stands: no mail was asked for stands-v1']);
  });

  it('given a later event of a key that was handled, then what was passed over is lost', async () => {
    expect(
      await found((draft) => {
        const { id } = draft.outboxes.order.find(({ key }) => key === 'back')!;
        notYet(draft, (group, eventId) => group !== 'inventory' || eventId !== id);
      }),
    ).toEqual([
      expect.stringMatching(
        /^lost back: inventory never handled mesh\.order\.v1\.OrderPlaced e\d+$/,
      ),
    ]);
  });

  it('given the last event of a key that is not handled, then it may be on its way', async () => {
    expect(
      await found((draft) => {
        const { id } = draft.outboxes.order.find(({ type }) => type === OrderCancelled.type)!;
        notYet(draft, (_, eventId) => eventId !== id);
      }),
    ).toEqual([]);
  });

  it('given an announcement after a gap, then what is in the gap is lost', async () => {
    expect(
      await found(
        (draft) => void without(draft.outboxes.notifications, StockUpdateAnnounced, 'MUG'),
      ),
    ).toEqual(['lost MUG: the outbox of notifications lacks version 1 of 5']);
  });

  it('given an event that was answered twice, then it is doubled', async () => {
    expect(
      await found(({ outboxes: { notifications } }) => {
        const news = notifications.find(({ type }) => type === StockUpdateAnnounced.type)!;
        notifications.push({ ...news, id: 'again' });
      }),
    ).toEqual([
      'doubled MUG: the outbox of notifications has version 1 again',
      expect.stringMatching(/^doubled MUG: notifications answered e\d+ with .* 2 times$/),
    ]);
  });
});
