import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { connectLive } from '@mesh/live-client';
import { orders } from './live-resources.js';

// A process that follows a customer's orders: URL TOKEN FILE. It says what it begins with, and is done with that,
// which acknowledges it, when a line comes in.
const [url = '', token = '', file = ''] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const storage = {
  getItem: () => (existsSync(file) ? readFileSync(file, 'utf8') : null),
  setItem: (_key: string, cursor: string) => {
    writeFileSync(`${file}.new`, cursor);
    renameSync(`${file}.new`, file);
  },
};
const feed = connectLive({ url, token }).follow(orders, { persist: { storage, key: 'orders' } });
for await (const event of feed) {
  console.log(event.type === 'updated' ? `${event.orderId} ${event.version}` : event.reason);
  await lines.next();
}
