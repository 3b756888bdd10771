import { connectLive, resource, type LiveClient } from '@mesh/live-client';
import type { Watching } from '../reconnect.js';

const orders = resource({
  ...{ idField: 'orderId', feed: 'orders', message: 'order.updated', isDefault: true },
});
let expected = 0;
let seen = 0;
let repeated = 0;
const clients: LiveClient[] = [];

process.on('message', (message: { watch?: Watching; expect?: number }) => {
  if (message.watch) void watch(message.watch).then(() => process.send?.({ watching: true }));
  if (message.expect !== undefined) {
    expected = message.expect;
    tell();
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function watch({ url, tokens, order }: Watching): Promise<void> {
  await Promise.all(
    tokens.map(async (token) => {
      const live = connectLive({ url, token: () => token });
      clients.push(live);
      const subscription =
        order === undefined ? live.follow(orders) : live.watch(orders, order, { afterVersion: 1 });
      let last = '';
      subscription.listen((event) => {
        if (event.type !== 'updated') return;
        if (last === event.cursor) repeated += 1;
        last = event.cursor;
        seen += 1;
        tell();
      });
      await subscription.ready;
    }),
  );
}

function tell(): void {
  if (expected > 0 && seen >= expected) process.send?.({ caughtUp: { seen, repeated } });
}
