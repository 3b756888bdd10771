import 'reflect-metadata';
import { JobConfirmed, JobPlaced } from '@mesh/contracts/catalog/probe';
import type { JobPlaced as JobPlacedData } from '@mesh/contracts/probe-events';
import type { Transaction } from 'kysely';
import { expect, test } from 'vitest';
import {
  EventBatchHandler,
  EventHandler,
  eventHandlerMetadata,
} from './event-handler.decorator.js';
import type { ReceivedEvent } from './received-event.js';

class Handlers {
  @EventHandler(JobPlaced)
  async both(_event: ReceivedEvent<JobPlacedData>, _tx: Transaction<{ a: { b: string } }>) {}

  @EventHandler(JobPlaced)
  async eventOnly(_event: ReceivedEvent<JobPlacedData>) {}

  @EventHandler(JobPlaced, { delivery: 'at-least-once', group: 'other' })
  async withoutTransaction(_event: ReceivedEvent<JobPlacedData>) {}

  @EventBatchHandler(JobPlaced, { batch: { count: 10 } })
  async many(_events: readonly ReceivedEvent<JobPlacedData>[], _tx: Transaction<unknown>) {}

  // @ts-expect-error it is given an array
  @EventBatchHandler(JobPlaced)
  async oneOfMany(_event: ReceivedEvent<JobPlacedData>) {}

  // @ts-expect-error what a batch shares is a transaction
  @EventBatchHandler(JobPlaced, { delivery: 'at-least-once' })
  async manyWithoutTransaction(_events: readonly ReceivedEvent<JobPlacedData>[]) {}

  // @ts-expect-error the data is of another event
  @EventHandler(JobConfirmed)
  async otherData(_event: ReceivedEvent<{ readonly reason: number }>) {}

  // @ts-expect-error there is no transaction at least once
  @EventHandler(JobPlaced, { delivery: 'at-least-once' })
  async transactionTooMuch(_event: ReceivedEvent<JobPlacedData>, _tx: Transaction<unknown>) {}
}

test('given a decorated method, when asked, then tells event and options', () => {
  expect(eventHandlerMetadata(Handlers.prototype.withoutTransaction)).toEqual({
    definition: JobPlaced,
    options: { delivery: 'at-least-once', group: 'other' },
  });
});

test('given a method that takes many events, when asked, then tells so', () => {
  expect(eventHandlerMetadata(Handlers.prototype.many)).toEqual({
    definition: JobPlaced,
    options: { batch: { count: 10 } },
    takesMany: true,
  });
});
