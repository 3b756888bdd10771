import type { WatchUpdatesRequest, WatchUpdatesResponse } from '@mesh/contracts/order';
import { OrderError } from '../domain/order-error.js';
import type { UpdatesAnswer, UpdatesRequest } from '../use-cases/watch-updates.js';
import { updateMessage } from './order-messages.js';

/** @throws OrderError VALIDATION_FAILED */
export async function* updatesRequests(
  messages: AsyncIterable<WatchUpdatesRequest>,
): AsyncGenerator<UpdatesRequest> {
  for await (const { request } of messages) {
    if (request === undefined) {
      const message = 'must be subscribe or unsubscribe';
      throw new OrderError('VALIDATION_FAILED', `/request ${message}`, {
        errors: [{ path: '/request', message }],
      });
    }
    if (request.$case === 'unsubscribe') yield { kind: 'unsubscribe', id: request.value.id };
    else {
      const { id, token, afterSequence } = request.value;
      yield { kind: 'subscribe', id, token, afterSequence };
    }
  }
}

export async function* updatesAnswers(
  answers: AsyncIterable<UpdatesAnswer>,
): AsyncGenerator<WatchUpdatesResponse> {
  for await (const answer of answers) yield { id: answer.id, answer: messageOf(answer) };
}

function messageOf(answer: UpdatesAnswer): WatchUpdatesResponse['answer'] {
  switch (answer.kind) {
    case 'subscribed': {
      const { latestSequence, epoch } = answer;
      return { $case: 'subscribed', value: { latestSequence, epoch } };
    }
    case 'update':
      return { $case: 'update', value: updateMessage(answer.update) };
    case 'refused':
      return { $case: 'refused', value: { code: answer.code, message: answer.message } };
  }
}
