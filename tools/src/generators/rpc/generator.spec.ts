import type { Tree } from '@nx/devkit';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSmallGrpc, addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import makeService from '../service/generator.js';
import generate from './generator.js';

let tree: Tree;
const text = (path: string) => tree.read(path, 'utf8') ?? '';
const proto = () => text('proto/mesh/quarry/v1/quarry_service.proto');
const controller = () => text('apps/quarry/src/inbound/quarry.grpc.controller.ts');
const renew = { service: 'quarry', method: 'RenewStone', request: 'stoneId:string,days:uint32' };

let made: ReturnType<typeof changesOf>;
beforeAll(async () => {
  const first = workspaceTree();
  await makeService(first, { name: 'quarry', aggregate: 'stone' });
  made = changesOf(first);
}, 60_000);
beforeEach(() => {
  tree = workspaceTree();
  for (const [path, content] of made) tree.write(path, content ?? '');
});

describe('a method about what the service owns', () => {
  it('is in the proto, the controller, the module; it has a use case and tests', async () => {
    await generate(tree, { ...renew, description: 'Lends it for longer.' });
    expect(proto()).toContain(`  // Lends it for longer.
  rpc RenewStone(RenewStoneRequest) returns (RenewStoneResponse);
}`);
    expect(proto()).toContain(`message RenewStoneRequest {
  string stone_id = 1;
  uint32 days = 2;
}

message RenewStoneResponse {
  Stone stone = 1;
}
`);
    expect(controller()).toContain(
      '@Inject(RenewStone) private readonly renewStoneUseCase!: RenewStone;',
    );
    expect(controller()).toContain('return this.renewStoneUseCase.execute(request, customerId);');
    expect(text('apps/quarry/src/quarry.module.ts')).toContain(
      'const useCases = [CreateStone, GetStone, RenewStone];',
    );
    expect(text('apps/quarry/src/use-cases/renew-stone.ts')).toContain(
      'if (!stone) throw stoneNotFound(stoneId);',
    );
    expect(tree.exists('apps/quarry/src/use-cases/renew-stone.spec.ts')).toBe(true);
    expect(tree.exists('apps/quarry/test/renew-stone.spec.ts')).toBe(true);
  });

  it.each([
    ['server', 'rpc WatchStone(WatchStoneRequest) returns (stream WatchStoneResponse);'],
    ['client', 'rpc WatchStone(stream WatchStoneRequest) returns (WatchStoneResponse);'],
    ['bidi', 'rpc WatchStone(stream WatchStoneRequest) returns (stream WatchStoneResponse);'],
  ] as const)('given the kind %s, then streams', async (kind, rpc) => {
    await generate(tree, { service: 'quarry', method: 'WatchStone', kind });
    expect(proto()).toContain(rpc);
    const answer = kind === 'client' ? 'Promise' : 'AsyncIterable';
    expect(controller()).toContain(`): ${answer}<WatchStoneResponse> {`);
  });

  it('given it is there, then nothing changes, also what was written by hand', async () => {
    await generate(tree, renew);
    tree.write('apps/quarry/src/use-cases/renew-stone.ts', '// mine\n');
    const once = changesOf(tree);
    await generate(tree, { service: 'quarry', method: 'RenewStone' });
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('a method about something else', () => {
  const quote = {
    ...{ service: 'quarry', method: 'QuoteFee' },
    ...{ request: 'days:uint32', response: 'fee:money,days:uint32' },
  };

  it('answers with a sample, and with what it was asked', async () => {
    await generate(tree, quote);
    expect(text('apps/quarry/src/use-cases/quote-fee.ts')).toContain(
      `return { fee: { amountMinor: 250, currency: 'EUR' }, days: request.days };`,
    );
    expect(proto()).toContain('import "mesh/type/v1/money.proto";');
    expect(controller()).toContain('return this.quoteFeeUseCase.execute(request);');
  });

  it('given a service without a database, then is its first method', async () => {
    await makeService(tree, { name: 'pricing', database: false });
    await generate(tree, { ...quote, service: 'pricing' });
    expect(text('proto/mesh/pricing/v1/pricing_service.proto')).toContain(
      'rpc QuoteFee(QuoteFeeRequest) returns (QuoteFeeResponse);\n}',
    );
    expect(text('apps/pricing/src/pricing.module.ts')).toContain('providers: [QuoteFee]');
  });
});

describe('a call from another service', () => {
  it('has a client, an address and its place in the descriptor, once', async () => {
    await makeService(tree, { name: 'smithy', aggregate: 'book' });
    await generate(tree, { ...renew, from: 'smithy' });
    expect(text('apps/smithy/src/outbound/quarry.grpc.client.ts')).toContain(
      'return this.#client.renewStone(request);',
    );
    expect(text('apps/smithy/src/config.ts')).toContain('QUARRY_GRPC_ADDRESS: grpcAddress()');
    expect(text('apps/smithy/src/config.spec.ts')).toContain(`QUARRY_GRPC_ADDRESS: 'quarry:50051'`);
    expect(text('apps/smithy/test/running-smithy.ts')).toContain(
      `env: { QUARRY_GRPC_ADDRESS: '127.0.0.1:1' }`,
    );
    expect(JSON.parse(text('apps/smithy/service.json'))).toMatchObject({ calls: ['quarry'] });
    expect(text('apps/smithy/src/smithy.module.ts')).toContain('provide: QuarryGrpcClient');
    const once = changesOf(tree);
    await generate(tree, { ...renew, from: 'smithy' });
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('what is refused', () => {
  it.each([
    [{ service: 'nowhere' }, 'There is no service nowhere: there are '],
    [{ method: 'Renew' }, '"Renew" is one word: give a verb and what it does it to'],
    [{ method: 'Renew Stone!' }, '"Renew Stone!" is no name'],
    [{ request: 'stoneId:uuid' }, '"stoneId:uuid" is no field: give name:type'],
    [{ from: 'quarry' }, 'quarry needs no call to itself: leave out --from'],
  ])('%o', async (options, message) => {
    await expect(generate(tree, { ...renew, ...options })).rejects.toThrow(message);
  });

  it('a service that serves no gRPC', async () => {
    addSmallService(tree, 'quiet');
    await expect(generate(tree, { ...renew, service: 'quiet' })).rejects.toThrow(
      'quiet serves no gRPC',
    );
    addSmallGrpc(tree, 'quiet');
    await expect(generate(tree, { ...renew, service: 'quiet' })).resolves.toBeDefined();
  });
});
