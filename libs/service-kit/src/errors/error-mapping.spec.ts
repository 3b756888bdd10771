import { Metadata, status } from '@grpc/grpc-js';
import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import { describe, expect, test } from 'vitest';
import { toProblem } from '../http/problem.js';
import { failureKindOf } from '@mesh/messaging/middleware';
import { OutboxFullError } from '@mesh/outbox';
import { AppError, RemoteError } from './app-error.js';
import { codeForGrpcStatus, viewError } from './error-mapping.js';
import { fromGrpcError, toGrpcStatus } from './grpc-errors.js';

const codes = Object.keys(errorCatalog).filter((code) => code !== 'INTERNAL') as ErrorCode[];

describe('viewError', () => {
  test.each([
    ['an Error', new Error('swordfish')],
    ['a system error', Object.assign(new Error('swordfish'), { code: 'ECONNRESET' })],
    ['INTERNAL by code', new AppError('INTERNAL', 'swordfish')],
    ['not an Error', { code: 'NOT_FOUND', message: 'swordfish' }],
    ['nothing', undefined],
  ])('given %s, when viewed, then is INTERNAL and says nothing', (_, error) => {
    expect(viewError(error)).toMatchObject({
      code: 'INTERNAL',
      message: 'Something failed here',
      grpcStatus: status.INTERNAL,
      httpStatus: 500,
      unexpected: true,
    });
  });

  test('given an error of the domain with a code, when viewed, then is mapped by it', () => {
    const error = Object.assign(new Error('No job o-1'), { code: 'NOT_FOUND' });
    expect(viewError(error)).toMatchObject({
      message: 'No job o-1',
      httpStatus: 404,
      unexpected: false,
    });
  });
});

describe('over gRPC', () => {
  test.each(codes)('given %s, when it crosses, then arrives with its code and message', (code) => {
    const { metadata, ...rest } = toGrpcStatus(new AppError(code, `About ${code}`));
    const sent = Object.assign(new Error('wire'), { ...rest, metadata: metadata! });
    const arrived = fromGrpcError(sent, '/mesh.probe.v1.ProbeService/GetGauge');
    expect(arrived).toBeInstanceOf(RemoteError);
    expect(arrived).toMatchObject({ code, message: `About ${code}`, cause: sent });
  });

  test('given what a server of ours did not expect, when it arrives, then is hidden, and not logged again', () => {
    const { metadata, ...rest } = toGrpcStatus(new Error('swordfish'));
    const sent = Object.assign(new Error('wire'), { ...rest, metadata: metadata! });
    const seen = viewError(fromGrpcError(sent, '/a.B/C'));
    const hidden = { code: 'INTERNAL', message: 'Something failed here', httpStatus: 500 };
    expect(seen).toMatchObject({ ...hidden, unexpected: false });
    const foreign = Object.assign(new Error('wire'), { ...rest, metadata: new Metadata() });
    expect(viewError(fromGrpcError(foreign, '/a.B/C'))).toMatchObject({
      ...hidden,
      unexpected: true,
    });
  });

  test('given a status without details, when it arrives, then is mapped by the status', () => {
    const mapped = Object.values(status)
      .filter((code): code is status => typeof code === 'number' && code !== status.OK)
      .map((code) => [status[code], codeForGrpcStatus(code)]);
    expect(Object.fromEntries(mapped)).toEqual({
      CANCELLED: 'DEADLINE_EXCEEDED',
      UNKNOWN: 'INTERNAL',
      INVALID_ARGUMENT: 'VALIDATION_FAILED',
      DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
      NOT_FOUND: 'NOT_FOUND',
      ALREADY_EXISTS: 'INTERNAL',
      PERMISSION_DENIED: 'FORBIDDEN',
      RESOURCE_EXHAUSTED: 'OVERLOADED',
      FAILED_PRECONDITION: 'INTERNAL',
      ABORTED: 'INTERNAL',
      OUT_OF_RANGE: 'VALIDATION_FAILED',
      UNIMPLEMENTED: 'INTERNAL',
      INTERNAL: 'INTERNAL',
      UNAVAILABLE: 'UNAVAILABLE',
      DATA_LOSS: 'INTERNAL',
      UNAUTHENTICATED: 'UNAUTHENTICATED',
    });
  });

  test('given details that can not be read, when they arrive, then the status counts', () => {
    const { metadata } = toGrpcStatus(new AppError('NOT_FOUND', 'x'));
    metadata!.set('grpc-status-details-bin', Buffer.from([10, 200]));
    const error = Object.assign(new Error(), {
      code: status.NOT_FOUND,
      details: 'gone',
      metadata: metadata!,
    });
    expect(fromGrpcError(error, '/a.B/C')).toMatchObject({ code: 'NOT_FOUND', message: 'gone' });
  });
});

describe('an outbox that is full', () => {
  const full = new OutboxFullError('100 events wait', 2500);

  test('given it crosses gRPC, when it reaches the edge, then the caller is told when to come back', () => {
    const { metadata, ...rest } = toGrpcStatus(full);
    expect(rest.code).toBe(status.RESOURCE_EXHAUSTED);
    const sent = Object.assign(new Error('wire'), { ...rest, metadata: metadata! });
    const { problem, headers } = toProblem(
      fromGrpcError(sent, '/mesh.probe.v1.ProbeService/SetGauge'),
    );
    expect(problem).toMatchObject({ status: 503, code: 'OUTBOX_FULL', detail: '100 events wait' });
    expect(headers['retry-after']).toBe('3');
  });

  test('given an event handler meets it, when it is tried again, then no attempt counts', () => {
    expect(failureKindOf(full)).toBe('waiting');
  });
});
