import { Inject, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  ProbeServiceClient,
  ProbeServiceService,
  type BatchGetGaugeRequest,
  type BatchGetGaugeResponse,
  type GetGaugeRequest,
  type GetGaugeResponse,
  type ImportGaugeRequest,
  type ImportGaugeResponse,
  type ListGaugeRequest,
  type ListGaugeResponse,
  type SetGaugeRequest,
  type SetGaugeResponse,
  type GaugeItem,
  type WatchGaugeRequest,
  type WatchGaugeResponse,
} from '@mesh/contracts/probe';
import { currentTraceId, withTrace } from '@mesh/tracing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Public, Roles } from '../auth/auth.guard.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { authConfig, grpcConfig, serviceConfig } from '../config/fragments.js';
import { callContext, runInCall } from '../context/call-context.js';
import { AppError, RemoteError } from '../errors/app-error.js';
import { fromGrpcError } from '../errors/grpc-errors.js';
import { RUNTIME, type Runtime } from '../lifecycle/runtime.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { GrpcController } from './grpc-controller.decorator.js';
import { grpcClient, type GrpcClient } from './grpc-client.js';

const item = (gauge: string, level = 1): GaugeItem => ({
  gauge,
  name: gauge,
  price: undefined,
  level,
  version: 1,
});
const aborted = () =>
  new Promise((resolve) => callContext().signal?.addEventListener('abort', resolve));
const seen: {
  trace?: string | undefined;
  deadline?: number | undefined;
  cancelled: number;
  generated: number;
} = { cancelled: 0, generated: 0 };

@GrpcController(ProbeServiceService)
class TinyController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Public()
  async getGauge({ gauge }: GetGaugeRequest): Promise<GetGaugeResponse> {
    seen.trace = currentTraceId();
    seen.deadline = callContext().deadline;
    switch (gauge) {
      case 'unknown':
        throw new AppError('NOT_FOUND', 'No gauge unknown');
      case 'secret':
        throw new Error('password is swordfish');
      case 'fields':
        throw new AppError('VALIDATION_FAILED', 'Not so', {
          errors: [{ path: '/gauge', message: 'is wrong' }],
        });
      case 'long':
        throw new AppError('NOT_FOUND', 'é'.repeat(1_000_000), {
          errors: Array.from({ length: 1000 }, (_, n) => ({
            path: `/${n}`,
            message: 'ü'.repeat(600),
          })),
        });
      case 'later':
        throw new AppError('OVERLOADED', 'Too much', { retryAfterMs: 2500 });
      case 'coded':
        throw Object.assign(new Error('A domain error'), { code: 'GROUP_ACTIVE' });
      case 'slow':
        await aborted();
        seen.cancelled += 1;
        throw new Error('Nobody hears this');
      case 'nested': {
        const client = grpcClient(ProbeServiceService, {
          address: String(this.runtime.name === 'tiny' && port),
        });
        return client
          .getGauge({ gauge: 'slow' }, { deadlineMs: 60_000 })
          .finally(() => client.close());
      }
      default:
        return { item: item(gauge) };
    }
  }

  async batchGetGauge(
    @Payload() { gauges }: BatchGetGaugeRequest,
    @Caller() caller: Principal,
  ): Promise<BatchGetGaugeResponse> {
    return { items: [...gauges, caller.customerId].map((gauge) => item(gauge)) };
  }

  async listGauge(_request: ListGaugeRequest): Promise<ListGaugeResponse> {
    return { items: [], nextCursor: '' };
  }

  @Roles('operator')
  async setGauge({ gauge, quantity }: SetGaugeRequest): Promise<SetGaugeResponse> {
    return { item: item(gauge, quantity) };
  }

  @Public()
  async importGauge(rows: AsyncIterable<ImportGaugeRequest>): Promise<ImportGaugeResponse> {
    const { signal } = callContext();
    signal?.addEventListener('abort', () => (seen.cancelled += 1));
    const summary = { rows: 0 };
    for await (const { gauge } of rows) {
      summary.rows += 1;
      if (gauge === 'wait') await aborted();
      if (gauge === 'broken') throw new AppError('NOT_FOUND', 'No gauge broken');
    }
    return summary;
  }

  @Public()
  async *watchGauge({ gauges }: WatchGaugeRequest): AsyncGenerator<WatchGaugeResponse> {
    if (gauges[0] === 'broken') throw new AppError('NOT_FOUND', 'No gauge broken');
    try {
      if (gauges[0] === 'many') {
        for (;;) {
          seen.generated += 1;
          yield { item: { ...item('many'), name: 'x'.repeat(10_000) } };
        }
      }
      for (const gauge of gauges) yield { item: item(gauge) };
      if (gauges[0] === 'waits') await aborted();
    } finally {
      seen.cancelled += 1;
    }
  }
}

@Module({ controllers: [TinyController] })
class TinyModule {}

const schema = z.object({ ...serviceConfig, ...authConfig, ...grpcConfig });
let port: string;
let service: RunningService;
let client: GrpcClient<typeof ProbeServiceService>;
let key: Awaited<ReturnType<typeof devKey>>;

beforeAll(async () => {
  key = await devKey();
  service = await startService(
    TinyModule,
    schema,
    { name: 'tiny', grpc: [ProbeServiceService] },
    { AUTH_DEV_KEY_FILE: key.file, LOG_LEVEL: 'silent', GRPC_MAX_IN_FLIGHT: '20' },
  );
  await service.ready();
  port = `127.0.0.1:${service.ports.grpc}`;
  client = grpcClient(ProbeServiceService, { address: port });
});

afterAll(async () => {
  client.close();
  await service.stop();
});

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('It succeeded')),
    (error: RemoteError) => error,
  );

describe('calls', () => {
  test('given a unary call, when answered, then gives the response', async () => {
    expect(await client.getGauge({ gauge: 'a' })).toEqual({ item: item('a') });
  });

  test('given a running trace, when calling, then the server continues it', async () => {
    const header = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await withTrace(header, () => client.getGauge({ gauge: 'a' }));
    expect(seen.trace).toBe('a'.repeat(32));
  });

  test('given a call in service with a deadline, when calling on, then passes it on', async () => {
    const deadline = Date.now() + 1234;
    await runInCall({ deadline }, () => client.getGauge({ gauge: 'a' }, { deadlineMs: 60_000 }));
    expect(Math.abs((seen.deadline ?? 0) - deadline)).toBeLessThan(1_000);
  });

  test('given a chain of calls, when the first deadline passes, then the last handler is told', async () => {
    const before = seen.cancelled;
    const error = await failure(client.getGauge({ gauge: 'nested' }, { deadlineMs: 150 }));
    expect(error.code).toBe('DEADLINE_EXCEEDED');
    expect(error.message).toBe('mesh.probe.v1.ProbeService did not answer in time');
    await vi.waitFor(() => expect(seen.cancelled).toBeGreaterThan(before));
  });

  test('given a deadline that has passed, when calling, then nothing is sent', async () => {
    const error = await failure(
      runInCall({ deadline: Date.now() - 1 }, () => client.getGauge({ gauge: 'a' })),
    );
    expect(error.message).toBe(
      'Nobody waits for the answer of /mesh.probe.v1.ProbeService/GetGauge any more',
    );
  });

  test('given an aborted signal, when waiting, then the server is told', async () => {
    const before = seen.cancelled;
    const abort = new AbortController();
    const call = failure(client.getGauge({ gauge: 'slow' }, { signal: abort.signal }));
    setTimeout(() => abort.abort(), 20);
    expect((await call).code).toBe('DEADLINE_EXCEEDED');
    await vi.waitFor(() => expect(seen.cancelled).toBeGreaterThan(before));
  });

  test('given too many calls at once, when one more comes, then it is refused and the server goes on', async () => {
    const abort = new AbortController();
    const held = Array.from({ length: 20 }, () =>
      failure(client.getGauge({ gauge: 'slow' }, { signal: abort.signal })),
    );
    const error = await vi.waitFor(async () => {
      const refused = await failure(client.getGauge({ gauge: 'a' }));
      expect(refused.code).toBe('OVERLOADED');
      return refused;
    });
    expect(error.message).toBe('More than 20 calls are being served');
    abort.abort();
    await Promise.all(held);
    await vi.waitFor(() => client.getGauge({ gauge: 'a' }));
  });

  test('given nobody at the address, when calling, then fails as UNAVAILABLE', async () => {
    const lost = grpcClient(ProbeServiceService, { address: '127.0.0.1:1' });
    const error = await failure(lost.getGauge({ gauge: 'a' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1000 });
    expect(error.message).toBe('mesh.probe.v1.ProbeService is not reachable');
    lost.close();
  });
});

describe('a stream of requests', () => {
  const row = (gauge: string): ImportGaugeRequest => ({ gauge, quantity: 1 });
  const sent = { count: 0, ended: false };
  async function* rows(count: number, first = row('a')): AsyncGenerator<ImportGaugeRequest> {
    Object.assign(sent, { count: 1, ended: false });
    try {
      for (yield first; sent.count < count; sent.count++)
        yield { ...row('a'), name: 'x'.repeat(10_000) };
    } finally {
      sent.ended = true;
    }
  }

  test('given that it ends, when answered, then every request was read', async () => {
    expect(await client.importGauge(rows(500))).toMatchObject({ rows: 500 });
  });

  test('given a server that does not read on, when sending, then little is asked of the source, and the end is told', async () => {
    const before = seen.cancelled;
    const abort = new AbortController();
    const call = failure(client.importGauge(rows(Infinity, row('wait')), { signal: abort.signal }));
    let last = -1;
    await vi.waitFor(
      () => {
        const stands = last === sent.count && last > 0;
        last = sent.count;
        expect(stands).toBe(true);
      },
      { interval: 300, timeout: 20_000 },
    );
    expect(sent.count).toBeLessThan(1_000);
    abort.abort();
    expect((await call).code).toBe('DEADLINE_EXCEEDED');
    await vi.waitFor(() => expect(seen.cancelled).toBeGreaterThan(before));
    expect(sent.ended).toBe(true);
  });

  test('given a handler that fails, when sending goes on, then the caller sees why and the source ends', async () => {
    const error = await failure(client.importGauge(rows(Infinity, row('broken'))));
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'No gauge broken' });
    await vi.waitFor(() => expect(sent.ended).toBe(true));
  });

  test('given a source that throws, when sending, then the caller gets that and the server is told', async () => {
    const before = seen.cancelled;
    const source = async function* () {
      yield row('a');
      throw new Error('The file ends too soon');
    };
    await expect(client.importGauge(source())).rejects.toThrow('The file ends too soon');
    await vi.waitFor(() => expect(seen.cancelled).toBeGreaterThan(before));
  });
});

describe('errors', () => {
  test.each([
    ['unknown', 'NOT_FOUND', 'No gauge unknown'],
    ['coded', 'GROUP_ACTIVE', 'A domain error'],
    ['secret', 'INTERNAL', 'Something failed here'],
  ])(
    'given a handler that fails with %s, when calling, then the caller sees %s',
    async (gauge, code, message) => {
      const error = await failure(client.getGauge({ gauge }));
      expect(error).toBeInstanceOf(RemoteError);
      expect({ code: error.code, message: error.message }).toEqual({ code, message });
    },
  );

  test('given field errors, when calling, then they arrive', async () => {
    const error = await failure(client.getGauge({ gauge: 'fields' }));
    expect(error.errors).toEqual([{ path: '/gauge', message: 'is wrong' }]);
  });

  test('given a message that no trailer takes, when calling, then it is cut, and other calls go on', async () => {
    const other = client.getGauge({ gauge: 'slow' }, { deadlineMs: 500 });
    const error = await failure(client.getGauge({ gauge: 'long' }));
    expect(error.code).toBe('NOT_FOUND');
    expect(error.message).toBe(`${'é'.repeat(500)}…`);
    expect(error.errors).toHaveLength(4);
    expect((await failure(other)).code).toBe('DEADLINE_EXCEEDED');
  });

  test('given a time to wait, when calling, then it arrives', async () => {
    expect((await failure(client.getGauge({ gauge: 'later' }))).retryAfterMs).toBe(2500);
  });

  test('given a plain grpc-js client, when calling, then sees the gRPC status', async () => {
    const plain = new ProbeServiceClient(port, credentials.createInsecure());
    const code = await new Promise((resolve) =>
      plain.getGauge({ gauge: 'unknown' }, new Metadata(), (error) => resolve(error?.code)),
    );
    expect(code).toBe(status.NOT_FOUND);
    plain.close();
  });
});

describe('identity', () => {
  const batch = (token?: string) =>
    client.batchGetGauge({ gauges: [] }, token === undefined ? {} : { token });

  test('given a token, when calling, then the handler gets the caller', async () => {
    expect(await batch(await key.sign({}))).toEqual({ items: [item('alice')] });
  });

  test('given the token of the call being served, when calling on, then passes it on', async () => {
    const token = await key.sign({ sub: 'bob' });
    expect(await runInCall({ token }, () => batch())).toEqual({ items: [item('bob')] });
  });

  test('given no token, when calling, then is refused', async () => {
    expect((await failure(batch())).message).toBe('A bearer token is required');
  });

  test('given a token on a public method, when it is forged, then is refused all the same', async () => {
    expect((await failure(client.getGauge({ gauge: 'a' }, { token: 'forged' }))).code).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('given a role that is asked for, when the token lacks it, then is refused', async () => {
    const set = async (roles: string[]) =>
      client.setGauge({ gauge: 'a', quantity: 3 }, { token: await key.sign({ roles }) });
    expect((await failure(set(['customer']))).message).toBe('This needs the role operator');
    expect(await set(['operator'])).toEqual({ item: item('a', 3) });
  });
});

describe('streams', () => {
  async function gauges(request: WatchGaugeRequest): Promise<(string | undefined)[]> {
    const all = [];
    for await (const { item } of client.watchGauge(request)) all.push(item?.gauge);
    return all;
  }

  test('given a server stream, when it ends, then gives all of it', async () => {
    expect(await gauges({ gauges: ['a', 'b', 'c'] })).toEqual(['a', 'b', 'c']);
  });

  test('given a stream that fails, when reading, then tells the code', async () => {
    expect((await failure(gauges({ gauges: ['broken'] }))).code).toBe('NOT_FOUND');
  });

  test('given a reader that leaves, when the stream waits, then the generator ends', async () => {
    const before = seen.cancelled;
    for await (const { item } of client.watchGauge({ gauges: ['waits'] })) {
      expect(item?.gauge).toBe('waits');
      break;
    }
    await vi.waitFor(() => expect(seen.cancelled).toBe(before + 1));
  });

  test('given a reader that does not read, when the stream is endless, then the generator is not asked', async () => {
    const stream = client.watchGauge({ gauges: ['many'] })[Symbol.asyncIterator]();
    await stream.next();
    const settled = await vi.waitFor(async () => {
      const before = seen.generated;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(seen.generated).toBe(before);
      return before;
    });
    expect(settled).toBeLessThan(2000);
    await stream.return?.(undefined);
  });
});

describe('given a request that can not be decoded', () => {
  test.each([
    ['cut off', 'GetGauge', Buffer.from('0a05', 'hex'), 'premature EOF'],
    [
      'of no wire format, for a stream',
      'WatchGauge',
      Buffer.from('0f', 'hex'),
      'cant skip wire type 7',
    ],
  ])('%s, when called, then it is the caller who is told', async (_, method, bytes, reason) => {
    const raw = new Client(port, credentials.createInsecure());
    const path = `/mesh.probe.v1.ProbeService/${method}`;
    const same = (value: Buffer) => value;
    const stream = raw.makeServerStreamRequest(path, same, same, bytes);
    const error = await new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    raw.close();
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(fromGrpcError(error, path)).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `The request can't be decoded: ${reason}`,
    });
  });
});

test('given a shutdown, when a stream is open and a call in flight, then the stream ends as UNAVAILABLE and the call is answered', async () => {
  const own = await startService(
    TinyModule,
    schema,
    { name: 'tiny', grpc: [ProbeServiceService] },
    { AUTH_DEV_KEY_FILE: key.file, LOG_LEVEL: 'silent' },
  );
  const other = grpcClient(ProbeServiceService, { address: `127.0.0.1:${own.ports.grpc}` });
  const stream = other.watchGauge({ gauges: ['waits'] })[Symbol.asyncIterator]();
  await stream.next();
  const next = failure(stream.next());
  const started = Date.now();
  await own.stop();
  expect((await next).code).toBe('UNAVAILABLE');
  expect(Date.now() - started).toBeLessThan(2000);
  other.close();
});
