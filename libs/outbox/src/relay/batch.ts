import { fromKafka } from '@mesh/envelope';
import { PublishError, type Message, type Publisher } from '@mesh/messaging';
import type { LogRow } from '@mesh/pg-log';
import type { Outcome } from './outcome.js';

/** A row and the message that it becomes. */
export interface Outgoing {
  readonly row: LogRow;
  readonly message: Message;
}

/** @throws EnvelopeError when the row holds no event */
export function outgoing(row: LogRow): Outgoing {
  const { stream, key, routingKey, headers, body, appendedAt } = row;
  const event = fromKafka({ headers, value: body });
  return {
    row,
    message: {
      ...{ destination: stream, key, event, appendedAt },
      ...(routingKey !== null && { routingKey }),
    },
  };
}

/**
 * Publishes a batch in one call. Where the publisher says that trying again is no use, the batch is
 * cut in halves, one after the other, until the guilty message stands alone; its neighbours may be
 * published twice, none is skipped.
 */
export async function publishBatch(
  publisher: Publisher,
  batch: readonly Outgoing[],
  outcome: Outcome,
): Promise<void> {
  try {
    await publisher.publish(batch.map(({ message }) => message));
  } catch (error) {
    if (error instanceof PublishError && !error.retryable) {
      await publishHalves(publisher, batch, outcome, error);
      return;
    }
    const unconfirmed = error instanceof PublishError ? new Set(error.unconfirmed) : undefined;
    fail(
      unconfirmed === undefined ? batch : batch.filter((_, index) => unconfirmed.has(index)),
      outcome,
      asError(error),
    );
  }
}

async function publishHalves(
  publisher: Publisher,
  batch: readonly Outgoing[],
  outcome: Outcome,
  error: PublishError,
): Promise<void> {
  const [only, another] = batch;
  if (only !== undefined && another === undefined) {
    outcome.reject(only.row, error);
    return;
  }
  const middle = batch.length >> 1;
  const failedBefore = outcome.failed.size;
  await publishBatch(publisher, batch.slice(0, middle), outcome);
  const rest = batch.slice(middle).filter(({ row }) => outcome.admits(row));
  if (rest.length === 0) return;
  // Published now, the rest could overtake what failed before it.
  if (outcome.failed.size > failedBefore) fail(rest, outcome, error);
  else await publishBatch(publisher, rest, outcome);
}

function fail(batch: readonly Outgoing[], outcome: Outcome, error: Error): void {
  for (const { row } of batch) outcome.failed.set(row, error);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
