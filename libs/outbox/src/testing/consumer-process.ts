import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.js';
import { nameOf, type Sent } from './consumer-setting.js';
import type { Step } from './consumer-under-test.js';

const MAIN = fileURLToPath(new URL('./consumer-process.main.ts', import.meta.url));

/** What the process is to be. */
export interface ConsumerAddress {
  readonly url: string;
  /** Its name. */
  readonly consumer: string;
  /** Where it stands with the first event that comes there; the others go on. */
  readonly standAt?: Step;
}

export type ToConsumer = { readonly deliver: readonly Sent[] };
export type FromConsumer = { readonly acked: Sent } | { readonly standing: true };

/** A consumer in a process of its own, for which this one is the broker. It ends with this one. */
export async function consumerProcess(address: ConsumerAddress) {
  const child = fork(await bundled(MAIN), [JSON.stringify(address)], {
    execArgv: ['--enable-source-maps'],
  });
  const exited = once(child, 'exit');
  const unacked = new Map<string, Sent>();
  let stands = false;
  child.on('message', (message: FromConsumer) => {
    if ('acked' in message) unacked.delete(nameOf(message.acked));
    else stands = true;
  });
  return {
    get stands() {
      return stands;
    },
    /** In their order. */
    deliver(sent: readonly Sent[]): void {
      for (const one of sent) unacked.set(nameOf(one), one);
      child.send({ deliver: sent } satisfies ToConsumer);
    },
    unacked: (): readonly Sent[] => [...unacked.values()],
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
