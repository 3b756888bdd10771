import { ProbeServiceService } from '@mesh/contracts/probe';
import { expect, test } from 'vitest';
import { packageDefinition, UndecodableRequest } from './service-definition.js';

const method = packageDefinition([ProbeServiceService])['mesh.probe.v1.ProbeService']?.[
  'ListGauge'
];

test('given a number over 2^53, when decoded, then the request is at fault', () => {
  const request = method?.requestDeserialize(Buffer.from('08ffffffffffffffff7f', 'hex'));
  expect(request).toBeInstanceOf(UndecodableRequest);
  expect((request as UndecodableRequest).error).toMatchObject({
    code: 'VALIDATION_FAILED',
    message: "The request can't be decoded: Value is larger than Number.MAX_SAFE_INTEGER",
  });
});

test('given a number up to 2^53, when decoded, then it is what was sent', () => {
  const bytes = Buffer.from('08ffffffffffffff0f', 'hex');
  expect(method?.requestDeserialize(bytes)).toEqual({
    afterSequence: Number.MAX_SAFE_INTEGER,
    limit: 0,
  });
});

test('given a service without a method, then leaves it out', () => {
  expect(packageDefinition([{}])).toEqual({});
});
