import { describe, expect, it } from 'vitest';
import { PublishError } from '../errors.js';
import { Admission } from './admission.js';
import { PublishCall } from './publish-call.js';

const refusal = { code: 'PUBLISH_FAILED', retryable: true, message: 'The broker is away' } as const;

describe('PublishCall', () => {
  it('resolves only when every message is confirmed', async () => {
    const call = new PublishCall(2);
    let settled = false;
    const done = call.settled.then(() => (settled = true));
    call.confirm();
    await Promise.resolve();
    expect(settled).toBe(false);
    call.confirm();
    await done;
  });

  it('given one of three is refused, then the error names it', async () => {
    const call = new PublishCall(3);
    call.confirm();
    call.refuse(1, refusal);
    call.confirm();
    const error = await call.settled.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PublishError);
    expect(error).toMatchObject({
      code: 'PUBLISH_FAILED',
      retryable: true,
      unconfirmed: [1],
      message: 'The broker is away (1 of 3 messages are not confirmed)',
    });
  });
});

describe('Admission', () => {
  it('lets calls in by their order, however small a later one is', () => {
    const entered: string[] = [];
    const admission = new Admission({ count: 10, bytes: 100 });
    admission.request(1, 100, () => entered.push('large'));
    admission.request(8, 90, () => entered.push('second'));
    admission.request(1, 1, () => entered.push('small'));
    expect(entered).toEqual(['large']);
    admission.release(100);
    expect(entered).toEqual(['large', 'second', 'small']);
  });
});
