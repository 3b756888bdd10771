import type { Channel, ChannelModel } from 'amqplib';
import { queueDeclaration, type Declaration } from './declaration.js';
import { declareParts } from './declare-parts.js';
import type { Outgoing } from './outgoing.js';

/*
 * A ladder of queues, each of which holds its messages for twice as long as the one below and then
 * hands them down. A message enters at the highest power of two of its delay and lies in one queue for
 * each: in a queue all wait equally long, so nobody waits behind somebody with a longer delay. A level
 * is an exchange that takes in what names it in a header; its alternate exchange is the level below.
 * The routing key stays as it was, and the last exchange hands on by the header `mesh-delay-to`.
 */
const STEP_MS = 250;
const LEVELS = 19;
/** So many queues on the way at most; what is below is rounded up. */
const HOPS = 4;
const DELIVER = 'mesh.delay.deliver';
const SINK = 'mesh.delay.sink';
const TO_HEADER = 'mesh-delay-to';
/** The exchange or queue that it was meant for; the broker's own records name the ladder. */
export const SOURCE_HEADER = 'mesh-source';
export const MAX_DELAY_MS = 24 * 60 * 60 * 1000;

export interface DelayTarget {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
}

/** The levels that make up the delay, the highest first. */
export function levelsOf(delayMs: number): readonly number[] {
  const steps = Math.max(1, Math.ceil(Math.min(delayMs, MAX_DELAY_MS) / STEP_MS));
  const spare = 2 ** Math.max(0, Math.floor(Math.log2(steps)) + 1 - HOPS);
  const rounded = Math.ceil(steps / spare) * spare;
  return Array.from({ length: LEVELS }, (_, index) => LEVELS - 1 - index).filter(
    (level) => Math.floor(rounded / 2 ** level) % 2 === 1,
  );
}

/** The message as it enters the ladder. */
export function delayed(
  out: Omit<Outgoing, 'target' | 'exchange' | 'order'>,
  { to, source, delayMs }: { to: DelayTarget; source: string; delayMs: number },
): Outgoing {
  const levels = levelsOf(delayMs);
  const headers = {
    ...out.options.headers,
    ...Object.fromEntries(levels.map((level) => [headerOf(level), '1'])),
    [TO_HEADER]: `${to.kind} ${to.name}`,
    [SOURCE_HEADER]: source,
  };
  return {
    ...out,
    target: { kind: `delayed ${to.kind}`, name: to.name },
    exchange: exchangeOf(levels[0] ?? 0),
    options: { ...out.options, headers },
    order: null,
  };
}

/** What a message that came down a ladder has from there. */
export function isLadderHeader(name: string): boolean {
  return name === TO_HEADER || name === SOURCE_HEADER || /^mesh-delay-\d+$/.test(name);
}

/** The ladder, and its end at the target. */
export async function declareLadder(
  model: ChannelModel,
  channel: Channel,
  to: DelayTarget,
): Promise<void> {
  await declareParts(model, channel, { declarations: ladder, bindings: ladderBindings });
  const args = { 'x-match': 'all', [TO_HEADER]: `${to.kind} ${to.name}` };
  if (to.kind === 'queue') await channel.bindQueue(to.name, DELIVER, '', args);
  else await channel.bindExchange(to.name, DELIVER, '', args);
}

const levels = Array.from({ length: LEVELS }, (_, level) => level);

/** From the bottom up: each names the one below. */
const ladder: readonly Declaration[] = [
  { resource: 'exchange', name: DELIVER, settings: { type: 'headers', durable: true } },
  // Takes everything and keeps nothing: without it a target that nobody is bound to any more would
  // leave a message without a way, and an undeliverable message stays in its level for ever.
  queueDeclaration({ name: SINK, type: 'quorum', messageTtlMs: 0, deadLetter: 'drop' }),
  ...levels.flatMap((level): Declaration[] => {
    const below = level === 0 ? DELIVER : exchangeOf(level - 1);
    const exchange = { type: 'headers', durable: true, 'alternate-exchange': below };
    const queue = {
      durable: true,
      'x-queue-type': 'quorum',
      'x-message-ttl': STEP_MS * 2 ** level,
      'x-dead-letter-exchange': below,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    };
    return [
      { resource: 'exchange', name: exchangeOf(level), settings: exchange },
      { resource: 'queue', name: exchangeOf(level), settings: queue },
    ];
  }),
];

const ladderBindings = [
  { exchange: DELIVER, queue: SINK },
  ...levels.map((level) => ({
    ...{ exchange: exchangeOf(level), queue: exchangeOf(level) },
    arguments: { 'x-match': 'all', [headerOf(level)]: '1' },
  })),
];

function exchangeOf(level: number): string {
  return `mesh.delay.${level}`;
}

function headerOf(level: number): string {
  return `mesh-delay-${level}`;
}
