import { describe, expect, it, vi } from 'vitest';
import type { Delivery, DeliveryHandler } from '../delivery.js';
import type { Publisher } from '../publisher.js';
import type { Transport } from '../transport.js';
import { inMemory } from './in-memory-transport.js';
import { RuleRun } from './rule-run.js';
import { RuleBroken } from './rule.js';
import { rules } from './rules/index.js';

vi.setConfig({ testTimeout: 60_000 });

/** The same transport with another way to hand over or to publish. */
function withHandlers(mutate: (handler: DeliveryHandler) => DeliveryHandler) {
  return (transport: Transport): Transport => ({
    ...forwarded(transport),
    subscribe: (options, handler) => transport.subscribe(options, mutate(handler)),
  });
}

function withPublisher(mutate: (publisher: Publisher) => Publisher) {
  return (transport: Transport): Transport => ({
    ...forwarded(transport),
    publisher: async () => mutate(await transport.publisher()),
  });
}

function forwarded(transport: Transport): Transport {
  return {
    name: transport.name,
    features: transport.features,
    publisher: () => transport.publisher(),
    declare: (destinations) => transport.declare(destinations),
    subscribe: (options, handler) => transport.subscribe(options, handler),
    check: () => transport.check(),
    close: () => transport.close(),
  };
}

const withEvent = (
  delivery: Delivery,
  change: (event: ReturnType<Delivery['event']>) => object,
): Delivery => ({
  ...delivery,
  event: () => ({ ...delivery.event(), ...change(delivery.event()) }),
});

interface Mutant {
  readonly rule: number;
  readonly defect: string;
  readonly wrap: (transport: Transport) => Transport;
  readonly because: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    rule: 1,
    defect: 'loses the bytes above 0x7f, as text does',
    wrap: withHandlers(
      (handler) => (delivery) =>
        handler(withEvent(delivery, ({ data }) => ({ data: data?.map((byte) => byte & 0x7f) }))),
    ),
    because: /^rule 1: event \S+ arrived with other bytes than the \d+ that were sent$/,
  },
  {
    rule: 1,
    defect: 'forgets extensions that it does not know',
    wrap: withHandlers(
      (handler) => (delivery) =>
        handler(
          withEvent(delivery, ({ extensions: { causationid: _, ...extensions } }) => ({
            extensions,
          })),
        ),
    ),
    because:
      /^rule 1: event \S+ arrived with extension causationid undefined instead of causation-0$/,
  },
  {
    rule: 4,
    defect: 'logs a failed handler and acks',
    wrap: withHandlers((handler) => (delivery) => handler(delivery).catch(() => {})),
    because: /^rule 4: after a failure 20 of 20 events did not arrive, such as \S+ again$/,
  },
  {
    rule: 5,
    defect: 'acks before the handler ends',
    wrap: withHandlers((handler) => async (delivery) => {
      void handler(delivery).catch(() => {});
    }),
    because:
      /^rule 5: of those that a dead consumer had not finished, 10 of 10 events did not arrive, such as \S+$/,
  },
  {
    rule: 9,
    defect: 'delivers a failed event again behind later ones of its key',
    wrap: withHandlers((handler) => async (delivery) => {
      const again = (attempt: number) => {
        setTimeout(() => void handler({ ...delivery, attempt }).catch(() => again(attempt + 1)), 5);
      };
      await handler(delivery).catch(() => again(2));
    }),
    because:
      /^rule 9: key-\d+: event \d+ came (before event \d+ was handled|while another was being handled)$/,
  },
  {
    rule: 9,
    defect: 'hands over the events of a key at once',
    wrap: withHandlers((handler) => async (delivery) => {
      void handler(delivery).catch(() => {});
    }),
    because:
      /^rule 9: key-\d+: event \d+ came (before event \d+ was handled|while another was being handled)$/,
  },
  {
    rule: 10,
    defect: 'resolves before the broker confirms',
    wrap: withPublisher((publisher) => ({
      publish: async (messages) => void publisher.publish(messages).catch(() => {}),
      close: () => publisher.close(),
    })),
    because:
      /^rule 10: of those that were confirmed, \d+ of 10000 events did not arrive, such as \S+$/,
  },
];

describe('the suite takes a correct transport', () => {
  it.each(rules)('$number: $title', async (rule) => {
    await RuleRun.of(rule, inMemory('in-memory'));
  });
});

describe('the suite rejects a broken transport', () => {
  it.each(mutants)(
    'rule $rule: one that $defect',
    async ({ rule: number, defect, wrap, because }) => {
      const rule = rules.find((one) => one.number === number);
      if (rule === undefined) throw new Error(`There is no rule ${number}`);
      const outcome = RuleRun.of({ ...rule, deadlineMs: 2000 }, inMemory(defect, wrap));
      const error = await outcome.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuleBroken);
      expect(error).toMatchObject({ rule: number, message: expect.stringMatching(because) });
    },
  );
});
