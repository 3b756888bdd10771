import 'reflect-metadata';
import { OrderConfirmed, OrderPlaced } from '@mesh/contracts/catalog/order';
import type { OrderPlaced as OrderPlacedData } from '@mesh/contracts/order-events';
import type { Transaction } from 'kysely';
import { expect, test } from 'vitest';
import {
  EventBatchHandler,
  EventHandler,
  eventHandlerMetadata,
} from './event-handler.decorator.js';
import type { ReceivedEvent } from './received-event.js';

class Handlers {
  @EventHandler(OrderPlaced)
  async both(_event: ReceivedEvent<OrderPlacedData>, _tx: Transaction<{ a: { b: string } }>) {}

  @EventHandler(OrderPlaced)
  async eventOnly(_event: ReceivedEvent<OrderPlacedData>) {}

  @EventHandler(OrderPlaced, { delivery: 'at-least-once', group: 'other' })
  async withoutTransaction(_event: ReceivedEvent<OrderPlacedData>) {}

  @EventBatchHandler(OrderPlaced, { batch: { count: 10 } })
  async many(_events: readonly ReceivedEvent<OrderPlacedData>[], _tx: Transaction<unknown>) {}

  // @ts-expect-error it is given an array
  @EventBatchHandler(OrderPlaced)
  async oneOfMany(_event: ReceivedEvent<OrderPlacedData>) {}

  // @ts-expect-error what a batch shares is a transaction
  @EventBatchHandler(OrderPlaced, { delivery: 'at-least-once' })
  async manyWithoutTransaction(_events: readonly ReceivedEvent<OrderPlacedData>[]) {}

  // @ts-expect-error the data is of another event
  @EventHandler(OrderConfirmed)
  async otherData(_event: ReceivedEvent<{ readonly reason: number }>) {}

  // @ts-expect-error there is no transaction at least once
  @EventHandler(OrderPlaced, { delivery: 'at-least-once' })
  async transactionTooMuch(_event: ReceivedEvent<OrderPlacedData>, _tx: Transaction<unknown>) {}
}

test('given a decorated method, when asked, then tells event and options', () => {
  expect(eventHandlerMetadata(Handlers.prototype.withoutTransaction)).toEqual({
    definition: OrderPlaced,
    options: { delivery: 'at-least-once', group: 'other' },
  });
});

test('given a method that takes many events, when asked, then tells so', () => {
  expect(eventHandlerMetadata(Handlers.prototype.many)).toEqual({
    definition: OrderPlaced,
    options: { batch: { count: 10 } },
    takesMany: true,
  });
});
