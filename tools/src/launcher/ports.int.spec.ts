import { expect, it } from 'vitest';
import { freePorts } from '../servers/free-ports.js';
import { inventedServices as services } from '../services/testing/invented.js';
import { choosePorts } from './ports.js';

it('given two replicas and a wanted port, then the first edge has it, and all ports are different', async () => {
  const [port = 0] = await freePorts(1);
  const all = await choosePorts({ services, port, replicas: 2, say: () => {} });
  expect(all[0]['door']?.http).toBe(port);
  const kinds = all.map((each) =>
    Object.entries(each).map(([name, one]) => [name, Object.keys(one)]),
  );
  const once = [
    ['clerk', ['grpc', 'management']],
    ['counter', ['grpc', 'management']],
    ['hooks', ['http', 'management']],
    ['door', ['http', 'management']],
  ];
  expect(kinds).toEqual([once, once]);
  const numbers = all.flatMap((each) => Object.values(each).flatMap((one) => Object.values(one)));
  expect(new Set(numbers).size).toBe(16);
});
