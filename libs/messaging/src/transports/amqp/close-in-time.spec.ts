import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { closeInTime } from './close-in-time.js';

const closable = (close: () => Promise<void>) => Object.assign(new EventEmitter(), { close });
const never = () => new Promise<void>(() => {});
const HOUR_MS = 3_600_000;

it('waits for the answer', async () => {
  let answered = false;
  const channel = closable(async () => void (answered = true));
  await closeInTime(channel, HOUR_MS);
  expect(answered).toBe(true);
});

it('given the socket ends before the answer, then is done', async () => {
  const channel = closable(() => {
    setImmediate(() => channel.emit('close'));
    return never();
  });
  await closeInTime(channel, HOUR_MS);
});

it('given nothing comes, then is done in time', async () => {
  await closeInTime(closable(never), 5);
});

it('given what is closed already, then is done', async () => {
  await closeInTime(
    closable(() => {
      throw new Error('Channel closed');
    }),
    HOUR_MS,
  );
});
