const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * A new UUID of version 7: ids made later sort later, to the millisecond, so that new orders lie
 * side by side in indexes.
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function newOrderId(nowMs: number = Date.now()): string {
  const random = crypto.randomUUID();
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** False for what can't be the id of any order. */
export function isOrderId(value: string): boolean {
  return pattern.test(value);
}
