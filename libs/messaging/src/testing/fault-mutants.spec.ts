import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { PublishError } from '../errors.js';
import type { Message, Publisher } from '../publisher.js';
import type { Transport } from '../transport.js';
import { withPublisher } from './defects.js';
import { inMemory } from './in-memory-transport.js';
import { RuleRun } from './rule-run.js';
import { RuleBroken } from './rule.js';
import { serverRules } from './rules/fault-rules.js';

vi.setConfig({ testTimeout: 60_000 });

const settings = { seed: 7, scale: 'light' } as const;

/** Tries again by itself until the publisher is closed. */
async function persist(
  publisher: Publisher,
  messages: readonly Message[],
  pauseMs: number,
): Promise<void> {
  for (;;) {
    try {
      return await publisher.publish(messages);
    } catch (error) {
      if (error instanceof PublishError && error.code === 'PUBLISHER_CLOSED') throw error;
      await pause(pauseMs);
    }
  }
}

function publishing(
  publish: (publisher: Publisher, messages: readonly Message[]) => Promise<void>,
) {
  return withPublisher((publisher) => ({
    publish: (messages) => publish(publisher, messages),
    close: () => publisher.close(),
  }));
}

let calls = 0;
const kept: Buffer[] = [];

interface Mutant {
  readonly rule: number;
  readonly defect: string;
  readonly wrap?: (transport: Transport) => Transport;
  /** Records that a SIGKILL takes away. */
  readonly unflushed?: number;
  readonly because: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    rule: 13,
    defect: 'sends what was under way behind later events when it has a connection again',
    wrap: publishing((publisher, messages) =>
      persist(publisher, messages, 30 - (calls++ % 3) * 14),
    ),
    because: /^key-\d+-\d: event \d+ came before event \d+ was handled$/,
  },
  {
    rule: 13,
    defect: 'takes what was under way for confirmed',
    wrap: publishing((publisher, messages) =>
      publisher.publish(messages).catch((error: PublishError) => {
        if (error.code === 'PUBLISHER_CLOSED') throw error;
      }),
    ),
    because: /^key-\d+-\d: event \d+ came before event \d+ was handled$/,
  },
  {
    rule: 13,
    defect: 'confirms what is behind a refused event of its key',
    wrap: publishing(async (publisher, messages) => {
      const outcome = await publisher.publish(messages).catch((error: PublishError) => error);
      if (outcome instanceof PublishError)
        throw new PublishError(outcome.message, outcome.unconfirmed.slice(0, 1));
    }),
    // Whoever sees it first: the caller, or the consumer.
    because:
      /^key-\d+-\d: event \d+ (was confirmed after event \d+ had been refused|came before event \d+ was handled)$/,
  },
  {
    rule: 14,
    defect: 'confirms what is not on the disk yet',
    unflushed: 20,
    because: /^key-\d+-\d: event \d+ came before event \d+ was handled$/,
  },
  {
    rule: 15,
    defect: 'takes more and more from its callers',
    wrap: publishing(async (publisher, messages) => {
      void persist(publisher, messages, 20).catch(() => {});
    }),
    because: /^stands still: \d+ events were confirmed by a server that takes none$/,
  },
  {
    rule: 15,
    defect: 'waits for ever',
    wrap: publishing((publisher, messages) => persist(publisher, messages, 20)),
    because: /^stands still: 1 of 1 publishers wait for ever$/,
  },
  {
    rule: 15,
    defect: 'keeps what it has refused',
    wrap: publishing((publisher, messages) =>
      publisher.publish(messages).catch((error: unknown) => {
        kept.push(Buffer.alloc(64 * 1024 * messages.length));
        throw error;
      }),
    ),
    because:
      /^(stands still|refuses): \d{8} bytes more are held after 2 rounds of refused calls than after the first$/,
  },
  {
    rule: 15,
    defect: 'refuses as if another try could not help',
    wrap: publishing((publisher, messages) =>
      publisher.publish(messages).catch((error: PublishError) => {
        throw new PublishError(error.message, error.unconfirmed, { retryable: false });
      }),
    ),
    because:
      /^publish failed with PublishError: The broker takes nothing .*, which is no retryable PublishError$/,
  },
];

describe('the suite takes a correct transport under faults', () => {
  it.each(serverRules)('$number: $title', async (rule) => {
    await RuleRun.of(rule, inMemory('in-memory'), settings);
  });
});

describe('the suite rejects a transport that breaks under faults', () => {
  it.each(mutants)(
    'rule $rule: one that $defect',
    async ({ rule: number, defect, wrap, unflushed, because }) => {
      const rule = serverRules.find((one) => one.number === number);
      if (rule === undefined) throw new Error(`There is no rule ${number}`);
      const broken = inMemory(defect, wrap, unflushed);
      const outcome = RuleRun.of({ ...rule, deadlineMs: 5000 }, broken, settings);
      const error = await outcome.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuleBroken);
      expect(error).toMatchObject({ rule: number, reason: expect.stringMatching(because) });
    },
  );
});
