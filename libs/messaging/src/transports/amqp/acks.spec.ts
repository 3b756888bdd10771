import { expect, it } from 'vitest';
import { Acks } from './acks.js';

function acksOf(delivered: number) {
  const frames: string[] = [];
  const acks = new Acks({
    ack: ({ fields }, allUpTo) =>
      void frames.push(`${allUpTo ? 'up to ' : ''}${fields.deliveryTag}`),
  });
  for (let tag = 1; tag <= delivered; tag += 1) acks.delivered(tag);
  const finish = (...tags: number[]) => {
    for (const tag of tags) acks.finished(tag);
    acks.flush();
    return frames.splice(0);
  };
  return { acks, finish };
}

it('acks the finished run from the oldest on with one frame, others one by one', () => {
  const { finish } = acksOf(6);
  expect(finish(3, 1, 2, 5)).toEqual(['up to 3', '5']);
});

it('given later ones were acked before, when the oldest finishes, then it names none of them', () => {
  const { finish } = acksOf(4);
  expect(finish(2, 3)).toEqual(['2', '3']);
  expect(finish(1)).toEqual(['up to 1']);
  expect(finish(4)).toEqual(['up to 4']);
});

it('acks nothing once its channel is gone', () => {
  const { acks, finish } = acksOf(1);
  acks.close();
  expect(finish(1)).toEqual([]);
});
