import type { Handling } from '@mesh/messaging/middleware';
import { expect, test } from 'vitest';
import { runsOf } from './batch-chain.js';

/** `a:P` is an event of type P with the key a; `:P` has none. */
const runs = (...events: string[]) =>
  [...runsOf(events.map(handling))].map((run) => run.map(name).join(' '));
const handling = (text: string) => {
  const [key, type] = text.split(':');
  return { event: { type }, delivery: { key: key === '' ? null : key } } as Handling;
};
const name = ({ event, delivery }: Handling) => `${delivery.key ?? ''}:${event.type}`;

test.each([
  ['one type', ['a:P', 'b:P', 'a:P'], ['a:P b:P a:P']],
  [
    'types that follow each other in each key',
    ['a:P', 'a:C', 'b:P', 'b:C'],
    ['a:P b:P', 'a:C b:C'],
  ],
  ['another order in another key', ['a:P', 'a:C', 'b:C', 'b:P'], ['a:P', 'a:C b:C', 'b:P']],
  ['no keys', [':P', ':C', ':P'], [':P :P', ':C']],
  ['nothing', [], []],
])('given %s, then runs are few and keep the order of each key', (_, events, expected) => {
  expect(runs(...events)).toEqual(expected);
});
