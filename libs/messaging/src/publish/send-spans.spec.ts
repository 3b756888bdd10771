import { recordSpans, type Recording } from '@mesh/tracing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PublishError } from '../errors.js';
import type { Message } from '../publisher.js';
import { eventOf } from '../testing/handlings.js';
import { sendTraced } from './send-spans.js';

const traceparent = (digit: string, flags = '01') =>
  `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}`;
const message = (of: string | undefined, changes: Partial<Message> = {}): Message => ({
  destination: 'mesh.probe.v1',
  key: 'o-1',
  event: eventOf({ id: 'e-1', extensions: of === undefined ? {} : { traceparent: of } }),
  ...changes,
});

describe('sendTraced', () => {
  let recording: Recording;
  let sent: (readonly Message[])[];
  const send = async (messages: readonly Message[]) => void sent.push(messages);
  beforeEach(() => {
    sent = [];
    recording = recordSpans();
  });
  afterEach(() => recording.stop());

  it('given an event, then its span goes on with its trace, and the message says so', async () => {
    const appendedAt = new Date(Date.now() - 1000);
    await sendTraced('kafka', [message(traceparent('a'), { appendedAt })], send);
    const span = recording.only('send mesh.probe.v1');
    expect(span).toMatchObject({ kind: 'producer', traceId: 'a'.repeat(32), error: '' });
    expect(span.parentSpanId).toBe('a'.repeat(16));
    const waited = span.attributes['mesh.outbox.wait_ms'];
    expect(span.attributes).toEqual({
      'messaging.system.name': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': 'mesh.probe.v1',
      'messaging.message.id': 'e-1',
      'mesh.event.type': 'mesh.probe.v1.JobCancelled',
      'mesh.outbox.wait_ms': waited,
    });
    expect(waited).toBeGreaterThanOrEqual(1000);
    expect(sent[0]?.[0]?.hop).toBe(`00-${'a'.repeat(32)}-${span.spanId}-01`);
  });

  it('given several, then each goes on with its own trace; those that are not kept are left alone', async () => {
    const messages = [
      message(traceparent('a')),
      message(traceparent('b', '00')),
      message(undefined),
      message(traceparent('c')),
    ];
    await sendTraced('kafka', messages, send);
    expect(recording.spans().map(({ traceId }) => traceId[0])).toEqual(['a', 'c']);
    expect(recording.spans()[0]?.attributes['messaging.batch.message_count']).toBe(4);
    expect(sent[0]?.map(({ hop }) => hop !== undefined)).toEqual([true, false, false, true]);
    expect(sent[0]?.[1]).toBe(messages[1]);
  });

  it('given some that are not confirmed, then those have failed', async () => {
    const messages = [message(traceparent('a')), message(traceparent('b'))];
    const error = new PublishError('Not confirmed', [1], { retryable: true });
    const refuse = () => Promise.reject(error);
    await expect(sendTraced('kafka', messages, refuse)).rejects.toBe(error);
    expect(recording.spans().map((span) => span.error)).toEqual(['', 'PUBLISH_FAILED']);
  });

  it('given no tracing, then hands on what it was given', async () => {
    recording.stop();
    const messages = [message(traceparent('a'))];
    await sendTraced('kafka', messages, send);
    expect(sent[0]).toBe(messages);
  });
});
