import { expect, it } from 'vitest';
import { LiveAdmissions } from './live-admissions.js';

it('given as many of a customer or an address as may be, then the next is refused until one leaves', () => {
  const admissions = new LiveAdmissions({ perCustomer: 2, perAddress: 3 });
  const enter = (customerId: string, address: string) => admissions.enter({ customerId, address });
  const refusal = (message: string) =>
    expect.objectContaining({ code: 'TOO_MANY_REQUESTS', message });
  const leave = enter('ann', '1');
  enter('ann', '2');
  expect(() => enter('ann', '3')).toThrow(refusal('A customer has at most 2 live connections'));
  enter('bob', '1');
  enter('cid', '1');
  expect(() => enter('dan', '1')).toThrow(refusal('An address has at most 3 live connections'));
  leave();
  leave();
  enter('ann', '1');
  expect(() => enter('ann', '4')).toThrow();
});
