import { StockChanged, StockReserved } from '@mesh/contracts/catalog/inventory';
import { OrderPlaced } from '@mesh/contracts/catalog/order';
import { describe, expect, it } from 'vitest';
import type { CancelCommand, PlaceCommand, SetStockCommand } from './evidence.js';
import { judge } from './judge.js';
import { soundEvidence } from './testing/sound-evidence.js';

type Draft = ReturnType<typeof soundEvidence>;

/** What is found when the evidence of a sound run is changed like that. */
function found(change: (draft: Draft) => void): string[] {
  const draft = soundEvidence();
  change(draft);
  return judge(draft).map(({ kind, key, what }) => `${kind} ${key}: ${what}`);
}

const placing = ({ commands }: Draft, orderId: string) =>
  commands.find(
    (one) => one.kind === 'place' && 'orderId' in one.outcome && one.outcome.orderId === orderId,
  ) as { -readonly [Name in keyof PlaceCommand]: PlaceCommand[Name] };
const cancelling = ({ commands }: Draft) =>
  commands.find(({ kind }) => kind === 'cancel') as {
    -readonly [Name in keyof CancelCommand]: CancelCommand[Name];
  };
const setting = ({ commands }: Draft) =>
  commands.find(({ kind }) => kind === 'set-stock') as {
    -readonly [Name in keyof SetStockCommand]: SetStockCommand[Name];
  };
const drop = <T>(list: T[], which: (one: T) => boolean) => {
  const at = list.findIndex(which);
  expect(at).toBeGreaterThanOrEqual(0);
  list.splice(at, 1);
};
const repeat = <T>(list: T[], which: (one: T) => boolean) => list.push(list.find(which)!);
const typed =
  ({ type }: { readonly type: string }, key?: string) =>
  (event: { readonly type: string; readonly key: string }) =>
    event.type === type && (key === undefined || event.key === key);
const lostAnswer = { kind: 'unknown', because: 'no answer' } as const;

describe('judge', () => {
  it('given a run in which all went well, then finds nothing', () => {
    expect(found(() => undefined)).toEqual([]);
  });

  describe('commands', () => {
    it('given an accepted order that is not there, then it is lost', () => {
      expect(
        found((draft) => {
          drop(draft.keys, ({ orderId }) => orderId === 'stands');
          drop(draft.orders, ({ orderId }) => orderId === 'stands');
        }),
      ).toContain('lost stands: the key key of stands, accepted, names no order');
    });

    it('given no answer, then the data tells: placed or not, both are well', () => {
      expect(
        found((draft) => {
          placing(draft, 'stands').outcome = lostAnswer;
          const never = { ...placing(draft, 'short'), idempotencyKey: 'never arrived' };
          draft.commands.push({ ...never, outcome: lostAnswer });
        }),
      ).toEqual([]);
    });

    it('given no answer, when the order it placed has other lines, then what was asked is lost', () => {
      expect(
        found((draft) => {
          const command = placing(draft, 'stands');
          command.outcome = lostAnswer;
          command.lines = [{ sku: 'MUG', quantity: 1 }];
        }),
      ).toEqual(['lost stands: has not the lines that key of stands asked for']);
    });

    it('given a refused order that is there, then it is one too many', () => {
      expect(
        found((draft) => {
          placing(draft, 'stands').outcome = { kind: 'refused', code: 'SKU_UNKNOWN' };
        }),
      ).toEqual(['doubled stands: placed by key of stands, refused as SKU_UNKNOWN']);
    });

    it('given two orders by one command, then one is too many', () => {
      expect(
        found((draft) => drop(draft.commands, (one) => one === placing(draft, 'short'))),
      ).toEqual(['doubled short: is an order that no command placed']);
    });

    it('given an accepted cancellation of an order that stands, then it is lost', () => {
      expect(
        found((draft) => {
          cancelling(draft).orderId = 'stands';
        }),
      ).toEqual([
        'lost stands: its cancellation was accepted, and it is CONFIRMED',
        'doubled back: is cancelled, and no command that may have done so was given',
      ]);
    });

    it('given a cancellation without an answer, then it may have happened', () => {
      expect(
        found((draft) => {
          cancelling(draft).outcome = lostAnswer;
        }),
      ).toEqual([]);
    });

    it('given accepted stock that was never set, then it is lost; what nobody asked is too many', () => {
      expect(
        found((draft) => {
          setting(draft).quantity = 7;
        }),
      ).toEqual([
        'lost MUG: MUG set to 7, accepted, and never done',
        'doubled MUG: MUG set to 5, which nobody asked',
      ]);
    });
  });

  describe('the outbox', () => {
    it('given a change whose event was never appended, then it is lost there and further on', () => {
      const all = found((draft) => {
        drop(draft.outboxes.order, typed(OrderPlaced, 'short'));
      });
      expect(all).toContain('lost short: the outbox of order lacks version 1 of 2');
    });

    it('given events of an order in another order, then it is disordered', () => {
      expect(
        found(({ outboxes: { order } }) => {
          const at = order.findIndex(typed(OrderPlaced, 'stands'));
          order.splice(at, 2, order[at + 1]!, order[at]!);
        }),
      ).toContain('disordered stands: the outbox of order has version 1 after 2');
    });

    it('given an answer told twice, then it is doubled', () => {
      const all = found(({ outboxes: { inventory }, messages, inbox }) => {
        const told = inventory.find(typed(StockReserved, 'stands'))!;
        inventory.push({ ...told, id: 'again' });
        inbox.push({ group: 'order', eventId: 'again' });
        messages.push({ ...messages.find(({ id }) => id === told.id)!, id: 'again' });
      });
      expect(all).toEqual([
        'doubled stands: inventory told mesh.inventory.v1.StockReserved 2 times',
        expect.stringMatching(
          /^doubled stands: inventory answered e\d+ with mesh\.inventory\.v1\.StockReserved 2 times$/,
        ),
      ]);
    });
  });

  describe('orders', () => {
    it('given an order that nobody decides, then it is lost', () => {
      expect(
        found((draft) => {
          const order = draft.orders.find(({ orderId }) => orderId === 'stands')!;
          order.status = 'PLACED';
        }),
      ).toContain('lost stands: was never decided');
    });

    it('given a step that there is not, then it is disordered', () => {
      expect(
        found((draft) => {
          draft.updates.find((one) => one.orderId === 'back' && one.version === 2)!.status =
            'REJECTED';
        }),
      ).toContain('disordered back: went from REJECTED to CANCELLED');
    });

    it('given a number of the feed twice, then one is doubled and one is lost', () => {
      expect(
        found((draft) => {
          draft.updates[1]!.feedSequence = 1;
        }),
      ).toEqual([
        'doubled ann: the feed has number 1 again',
        'lost ann: the feed lacks number 2 of 7',
      ]);
    });
  });

  describe('stock', () => {
    it('given an order that inventory never heard of, then it is lost', () => {
      expect(
        found((draft) => drop(draft.reservations, ({ orderId }) => orderId === 'stands')),
      ).toContain('lost stands: is CONFIRMED, and inventory never took it up');
    });

    it('given a release before its reservation, then it is disordered', () => {
      expect(
        found((draft) => {
          draft.reservations.find(({ orderId }) => orderId === 'back')!.lines = [];
        }),
      ).toContain('disordered back: its end came to inventory before its placing');
    });

    it('given a cancelled order whose stock is kept, then its release is lost', () => {
      expect(
        found((draft) => {
          draft.reservations.find(({ orderId }) => orderId === 'back')!.status = 'reserved';
        }),
      ).toContain('lost back: is CANCELLED, and its reservation is reserved');
    });

    it('given a unit too few on the shelf, then stock is lost', () => {
      expect(
        found((draft) => {
          draft.stock[0]!.available -= 1;
        }),
      ).toEqual(['lost MUG: 5 are left, 6 were told last']);
    });

    it('given an order that takes twice, then it is doubled', () => {
      const all = found((draft) => {
        const taken = draft.outboxes.inventory.find(
          (one) => typed(StockChanged)(one) && one.causationId !== undefined,
        )!;
        const data = { sku: 'MUG', available: 4, version: 7 };
        draft.outboxes.inventory.push({ ...taken, id: 'again', data });
        Object.assign(draft.stock[0]!, { available: 4, version: 7 });
      });
      expect(all).toContain('doubled stands: took MUG 2 times instead of 1, and is reserved');
    });

    it('given a step of another size than its order, then the units are missing', () => {
      expect(
        found((draft) => {
          const order = draft.orders.find(({ orderId }) => orderId === 'back')!;
          order.lines = [{ sku: 'MUG', quantity: 2 }];
          placing(draft, 'back').lines = order.lines;
          draft.reservations.find(({ orderId }) => orderId === 'back')!.lines = order.lines;
        }),
      ).toEqual([
        'doubled MUG: version 3 is 7 where order back makes it 6',
        'lost MUG: version 5 is 6 where order back makes it 7',
      ]);
    });
  });

  describe('notifications', () => {
    it('given a mail that is missing or there twice, then it is lost or doubled', () => {
      expect(
        found((draft) => {
          drop(draft.mails, ({ notificationId }) => notificationId === 'stands-v1');
          draft.mails.push({
            ...draft.mails.find(({ notificationId }) => notificationId === 'back-v3')!,
            file: 'again.eml',
          });
        }),
      ).toEqual([
        'lost stands: the mailbox has no stands-v1',
        'doubled back: the mailbox has back-v3 2 times',
      ]);
    });

    it('given one that was never sent, then it is lost', () => {
      expect(
        found((draft) => {
          draft.notifications[0]!.status = 'requested';
        }),
      ).toEqual(['lost stands: stands-v1 was never sent']);
    });
  });

  describe('inboxes', () => {
    it('given an event that a group never handled, then it is lost, also where nothing else shows it', () => {
      expect(
        found(({ inbox, outboxes: { inventory } }) => {
          const { id } = inventory.find(typed(StockReserved, 'stands'))!;
          drop(inbox, ({ group, eventId }) => group === 'order' && eventId === id);
        }),
      ).toEqual([
        expect.stringMatching(
          /^lost stands: order never handled mesh\.inventory\.v1\.StockReserved e\d+$/,
        ),
      ]);
    });

    it('given an event that a group has no handler for, then it is not waited for', () => {
      expect(
        found(({ inbox, outboxes: { inventory } }) => {
          const { id } = inventory.find(typed(StockChanged))!;
          drop(inbox, ({ group, eventId }) => group === 'order' && eventId === id);
        }),
      ).toEqual([]);
    });
  });

  describe('streams', () => {
    it('given an event that stands there again, then that is no fault', () => {
      expect(found(({ messages }) => repeat(messages, ({ key }) => key === 'stands'))).toEqual([]);
    });

    it('given one that never got there, or overtook, then it is lost or disordered', () => {
      expect(found(({ messages }) => drop(messages, ({ key }) => key === 'stands'))).toEqual([
        'lost stands: mesh.order.v1 lacks event 1 of 2',
      ]);
      expect(found(({ messages }) => void messages.reverse())).toContain(
        'disordered stands: mesh.order.v1 has event 1 after 2',
      );
    });
  });

  describe('watchers', () => {
    const updatesOf = (draft: Draft) =>
      draft.sightings[0]!.updates as { kind: 'updated'; orderId: string; version: number }[];

    it('given an update too few or too many, then it is lost or doubled', () => {
      expect(found((draft) => void updatesOf(draft).pop())).toEqual([
        'lost back: the feed of ann lacks version 3 of 3',
      ]);
      expect(found((draft) => repeat(updatesOf(draft), () => true))).toEqual([
        'doubled stands: the feed of ann has version 1 again',
      ]);
    });

    it('given updates in another order, then they are disordered', () => {
      expect(found((draft) => void updatesOf(draft).reverse())).toContain(
        'disordered back: the feed of ann has version 1 after 3',
      );
    });

    it('given a snapshot, then what it covers counts as seen', () => {
      expect(
        found((draft) => {
          const [one] = draft.sightings;
          one!.updates = [
            { kind: 'resync', versions: new Map([['stands', 2]]) },
            ...one!.updates.slice(2),
          ];
        }),
      ).toEqual([]);
    });
  });

  it('given a dead letter, or what is still under way, then says so', () => {
    expect(
      found((draft) => {
        draft.inFlight.push('the outbox of order holds 3');
        draft.deadLetters.push({
          ...{ place: 'inventory', group: 'inventory', type: OrderPlaced.type, key: 'stands' },
          ...{ eventId: 'e1', reason: 'max-attempts', error: 'TIMEOUT' },
        });
      }),
    ).toEqual([
      'unfinished the mesh: the outbox of order holds 3',
      'unexplained stands: inventory: mesh.order.v1.OrderPlaced e1 is a dead letter of inventory (max-attempts: TIMEOUT)',
    ]);
  });
});
