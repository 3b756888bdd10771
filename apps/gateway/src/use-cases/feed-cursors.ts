import { createHmac, timingSafeEqual } from 'node:crypto';

const macBytes = 16;
const maxLength = 512;

/** A place in one customer's feed. */
export interface FeedPlace {
  readonly epoch: string;
  /** The last number that the holder has. */
  readonly sequence: number;
}

/**
 * Cursors of the customers' feeds of one resource: opaque, and valid only for the customer they were given to, at
 * every replica that has the same secret.
 */
export class FeedCursors {
  readonly #secret: Buffer;
  readonly #prefix: string;
  /** Given out last: many sockets of a customer ask for the same one after the other. */
  #last: (FeedPlace & { readonly customerId: string; readonly cursor: string }) | undefined;

  /** `name`: of the feeds that the cursors are of; those of other feeds are not taken. */
  constructor(secret: Buffer, name = '') {
    this.#secret = secret;
    this.#prefix = name === '' ? 'feed-cursor' : `feed-cursor\0${name}`;
  }

  encode(customerId: string, { epoch, sequence }: FeedPlace): string {
    const last = this.#last;
    if (last?.sequence === sequence && last.epoch === epoch && last.customerId === customerId)
      return last.cursor;
    const text = Buffer.from(`${sequence}.${epoch}`);
    const cursor = Buffer.concat([this.#mac(customerId, text), text]).toString('base64url');
    this.#last = { epoch, sequence, customerId, cursor };
    return cursor;
  }

  /** Undefined for what was not given out to this customer. */
  decode(customerId: string, cursor: string): FeedPlace | undefined {
    if (cursor.length > maxLength) return undefined;
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= macBytes || bytes.toString('base64url') !== cursor) return undefined;
    const text = bytes.subarray(macBytes);
    if (!timingSafeEqual(bytes.subarray(0, macBytes), this.#mac(customerId, text))) {
      return undefined;
    }
    const [sequence, epoch] = split(text.toString());
    return { epoch, sequence: Number(sequence) };
  }

  #mac(customerId: string, text: Buffer): Buffer {
    return createHmac('sha256', this.#secret)
      .update(`${this.#prefix}\0${customerId}\0`)
      .update(text)
      .digest()
      .subarray(0, macBytes);
  }
}

function split(text: string): readonly [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}
