import { createHash } from 'node:crypto';
import { OrderError } from '../domain/order-error.js';

const NUMBER_BYTES = 8;
const CHECK_BYTES = 8;

/** An opaque cursor that stands behind the order of that number in the customer's list. */
export function writeCursor(customerId: string, number: number): string {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeBigUInt64BE(BigInt(number));
  return Buffer.concat([bytes, checkOf(customerId, bytes)]).toString('base64url');
}

/**
 * The number that the cursor stands for. The check finds cursors that are damaged or another
 * customer's; it is no secret, for a forged number only pages through the caller's own orders.
 * @throws OrderError CURSOR_INVALID
 */
export function readCursor(customerId: string, cursor: string): number {
  const bytes = Buffer.from(cursor, 'base64url');
  const number = bytes.subarray(0, NUMBER_BYTES);
  const whole =
    bytes.length === NUMBER_BYTES + CHECK_BYTES && bytes.toString('base64url') === cursor;
  if (!whole || !checkOf(customerId, number).equals(bytes.subarray(NUMBER_BYTES))) {
    throw new OrderError(
      'CURSOR_INVALID',
      'The cursor is none of this list; leave it out to start at the newest order',
    );
  }
  return Number(number.readBigUInt64BE());
}

function checkOf(customerId: string, number: Buffer): Buffer {
  const hash = createHash('sha256')
    .update('orders\0')
    .update(customerId)
    .update('\0')
    .update(number);
  return hash.digest().subarray(0, CHECK_BYTES);
}
