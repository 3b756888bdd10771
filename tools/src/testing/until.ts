import { setTimeout as sleep } from 'node:timers/promises';

/** Fulfilled with the first truthy value of `look`; rejected when there is none within the time. */
export async function until<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  withinMs = 20_000,
): Promise<NonNullable<Value>> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    const value = await look();
    if (value) return value;
  }
  throw new Error(`Not within ${withinMs} ms: ${what}`);
}
