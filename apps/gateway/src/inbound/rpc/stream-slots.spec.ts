import { expect, it } from 'vitest';
import { StreamSlots } from './stream-slots.js';

it('given a customer with as many streams as may be, then one more is refused until one ends', () => {
  const slots = new StreamSlots({ max: 10, maxPerCustomer: 2 });
  const [first] = [slots.take('ann'), slots.take('ann')];
  const refused = () => slots.take('ann');
  expect(refused).toThrow('You have 2 streams open; end one, or subscribe at /live instead');
  slots.take('bob');
  first();
  first();
  slots.take('ann');
  expect(refused).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }));
});

it('given as many streams as may be, then anybody is refused until one ends', () => {
  const slots = new StreamSlots({ max: 2, maxPerCustomer: 2 });
  const end = slots.take('ann');
  slots.take('bob');
  expect(() => slots.take('cid')).toThrow('2 streams are open');
  end();
  slots.take('cid');
});
