interface Closable {
  close(): Promise<unknown>;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Closes a channel or a connection, and is fulfilled in any case within `timeoutMs`: amqplib forgets whoever
 * waits for the broker's answer when the socket ends before it.
 */
export async function closeInTime(closable: Closable, timeoutMs: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  closable.once('close', resolve);
  const timer = setTimeout(resolve, timeoutMs);
  // What is closed already throws.
  const closing = (async () => closable.close())().catch(() => {});
  await Promise.race([closing, over]);
  clearTimeout(timer);
}
