import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Delivery, DeliveryHandler } from '../delivery.js';
import type { SubscribeOptions } from '../subscriber.js';
import type { MortalConsumer } from './transport-under-test.js';

const EXEC = fileURLToPath(new URL('../../../../tools/exec.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('./consumer-process.main.ts', import.meta.url));

/** What the process is to open. */
export type ConsumerAddress =
  | { readonly name: 'embedded'; readonly url: string }
  | { readonly name: 'kafka'; readonly brokers: readonly string[] }
  | { readonly name: 'amqp'; readonly url: string };

/** To the process; its deliveries are handled here, so that a rule sees them. */
export type ToProcess =
  | { readonly subscribe: SubscribeOptions }
  | { readonly settle: number; readonly error: string | null };

/** From the process. */
export type FromProcess =
  | { readonly ready: true }
  | { readonly failed: string }
  | {
      readonly handle: number;
      readonly delivery: Omit<Delivery, 'event' | 'signal'>;
      readonly event: ReturnType<Delivery['event']>;
    };

/** A consumer in a process of its own. It ends with this one, however this one ends. */
export function consumerProcess(address: ConsumerAddress): MortalConsumer {
  const child = fork(EXEC, [MAIN, JSON.stringify(address)], {
    serialization: 'advanced',
    execArgv: [],
  });
  const exited = once(child, 'exit');
  const died = new AbortController();
  const send = (message: ToProcess) => void (child.connected && child.send(message));
  return {
    subscribe: async (options, handler) => {
      const ready = Promise.withResolvers<void>();
      child.on('message', (message: FromProcess) => {
        if ('ready' in message) ready.resolve();
        else if ('failed' in message) ready.reject(new Error(message.failed));
        else void settle(message, handler);
      });
      send({ subscribe: options });
      await ready.promise;
    },
    die: async () => {
      died.abort();
      child.kill('SIGKILL');
      await exited;
    },
  };

  async function settle(
    { handle, delivery, event }: Extract<FromProcess, { handle: number }>,
    handler: DeliveryHandler,
  ): Promise<void> {
    try {
      await handler({ ...delivery, event: () => event, signal: died.signal });
      send({ settle: handle, error: null });
    } catch (error) {
      send({ settle: handle, error: String(error) });
    }
  }
}
