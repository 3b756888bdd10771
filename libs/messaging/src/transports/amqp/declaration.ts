import type { AmqpBinding, AmqpExchange, AmqpQueue } from '@mesh/contracts/topology';
import type { Channel } from 'amqplib';

export type Setting = string | number | boolean;

/** An exchange or queue with its settings under the broker's own names, as its refusals quote them. */
export interface Declaration {
  readonly resource: 'exchange' | 'queue';
  readonly name: string;
  readonly settings: Readonly<Record<string, Setting>>;
}

/**
 * The broker's own limit of redeliveries is out of the way: each restart of a consumer counts as one
 * for everything in its window, and RabbitMQ 4 drops at 20.
 */
const NO_DELIVERY_LIMIT = 1_000_000;

export function deadLetterQueue(group: string): string {
  return `${group}.dead-letters`;
}

export function exchangeDeclaration(exchange: AmqpExchange): Declaration {
  const { name, type, alternateExchange } = exchange;
  const settings = {
    type,
    durable: true,
    ...(alternateExchange !== undefined && { 'alternate-exchange': alternateExchange }),
  };
  return { resource: 'exchange', name, settings };
}

export function queueDeclaration(queue: AmqpQueue): Declaration {
  const { name, type, singleActiveConsumer, messageTtlMs, maxLength, maxLengthBytes } = queue;
  const settings = {
    durable: true,
    'x-queue-type': type,
    ...(singleActiveConsumer && { 'x-single-active-consumer': true }),
    ...(messageTtlMs !== undefined && { 'x-message-ttl': messageTtlMs }),
    ...(maxLength !== undefined && { 'x-max-length': maxLength }),
    ...(maxLengthBytes !== undefined && { 'x-max-length-bytes': maxLengthBytes }),
    ...(queue.type === 'quorum' && {
      'x-delivery-limit': queue.deliveryLimit ?? NO_DELIVERY_LIMIT,
    }),
    ...(queue.type === 'classic' &&
      queue.maxPriority !== undefined && { 'x-max-priority': queue.maxPriority }),
    ...overflowOf(queue),
    ...deadLetteringOf(queue),
  };
  return { resource: 'queue', name, settings };
}

/** Fulfilled when it exists so, whether or not it did before; otherwise the broker closes the channel. */
export async function declare(channel: Channel, declaration: Declaration): Promise<void> {
  const { resource, name, settings } = declaration;
  const { type, durable, auto_delete, internal, exclusive, ...args } = settings;
  const options = { durable: durable === true, autoDelete: auto_delete === true, arguments: args };
  if (resource === 'exchange')
    await channel.assertExchange(name, String(type), { ...options, internal: internal === true });
  else await channel.assertQueue(name, { ...options, exclusive: exclusive === true });
}

export async function bind(channel: Channel, binding: AmqpBinding): Promise<void> {
  const { queue, exchange, routingKey = '', arguments: args = {} } = binding;
  await channel.bindQueue(queue, exchange, routingKey, args);
}

function overflowOf(queue: AmqpQueue): Record<string, Setting> {
  const limited = queue.maxLength !== undefined || queue.maxLengthBytes !== undefined;
  // Quorum queues dead-letter at least once only beside it.
  if (!limited && !deadLettersAtLeastOnce(queue)) return {};
  return { 'x-overflow': queue.overflow ?? 'reject-publish' };
}

function deadLetteringOf(queue: AmqpQueue): Record<string, Setting> {
  const { name, deadLetter = { exchange: '', routingKey: deadLetterQueue(name) } } = queue;
  if (deadLetter === 'drop') return {};
  return {
    'x-dead-letter-exchange': deadLetter.exchange,
    'x-dead-letter-routing-key': deadLetter.routingKey,
    ...(deadLettersAtLeastOnce(queue) && { 'x-dead-letter-strategy': 'at-least-once' }),
  };
}

function deadLettersAtLeastOnce({ type, overflow, deadLetter }: AmqpQueue): boolean {
  return type === 'quorum' && overflow !== 'drop-head' && deadLetter !== 'drop';
}
