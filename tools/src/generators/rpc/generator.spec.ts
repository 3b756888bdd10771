import type { Tree } from '@nx/devkit';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSmallGrpc, addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import makeService from '../service/generator.js';
import generate from './generator.js';

let tree: Tree;
const text = (path: string) => tree.read(path, 'utf8') ?? '';
const proto = () => text('proto/mesh/lending/v1/lending_service.proto');
const controller = () => text('apps/lending/src/inbound/lending.grpc.controller.ts');
const renew = { service: 'lending', method: 'RenewLoan', request: 'loanId:string,days:uint32' };

let made: ReturnType<typeof changesOf>;
beforeAll(async () => {
  const first = workspaceTree();
  await makeService(first, { name: 'lending', aggregate: 'loan' });
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
  rpc RenewLoan(RenewLoanRequest) returns (RenewLoanResponse);
}`);
    expect(proto()).toContain(`message RenewLoanRequest {
  string loan_id = 1;
  uint32 days = 2;
}

message RenewLoanResponse {
  Loan loan = 1;
}
`);
    expect(controller()).toContain(
      '@Inject(RenewLoan) private readonly renewLoanUseCase!: RenewLoan;',
    );
    expect(controller()).toContain('return this.renewLoanUseCase.execute(request, customerId);');
    expect(text('apps/lending/src/lending.module.ts')).toContain(
      'const useCases = [CreateLoan, GetLoan, RenewLoan];',
    );
    expect(text('apps/lending/src/use-cases/renew-loan.ts')).toContain(
      'if (!loan) throw loanNotFound(loanId);',
    );
    expect(tree.exists('apps/lending/src/use-cases/renew-loan.spec.ts')).toBe(true);
    expect(tree.exists('apps/lending/test/renew-loan.spec.ts')).toBe(true);
  });

  it.each([
    ['server', 'rpc WatchLoan(WatchLoanRequest) returns (stream WatchLoanResponse);'],
    ['client', 'rpc WatchLoan(stream WatchLoanRequest) returns (WatchLoanResponse);'],
    ['bidi', 'rpc WatchLoan(stream WatchLoanRequest) returns (stream WatchLoanResponse);'],
  ] as const)('given the kind %s, then streams', async (kind, rpc) => {
    await generate(tree, { service: 'lending', method: 'WatchLoan', kind });
    expect(proto()).toContain(rpc);
    const answer = kind === 'client' ? 'Promise' : 'AsyncIterable';
    expect(controller()).toContain(`): ${answer}<WatchLoanResponse> {`);
  });

  it('given it is there, then nothing changes, also what was written by hand', async () => {
    await generate(tree, renew);
    tree.write('apps/lending/src/use-cases/renew-loan.ts', '// mine\n');
    const once = changesOf(tree);
    await generate(tree, { service: 'lending', method: 'RenewLoan' });
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('a method about something else', () => {
  const quote = {
    ...{ service: 'lending', method: 'QuoteFee' },
    ...{ request: 'days:uint32', response: 'fee:money,days:uint32' },
  };

  it('answers with a sample, and with what it was asked', async () => {
    await generate(tree, quote);
    expect(text('apps/lending/src/use-cases/quote-fee.ts')).toContain(
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
    await makeService(tree, { name: 'reading', aggregate: 'book' });
    await generate(tree, { ...renew, from: 'reading' });
    expect(text('apps/reading/src/outbound/lending.grpc.client.ts')).toContain(
      'return this.#client.renewLoan(request);',
    );
    expect(text('apps/reading/src/config.ts')).toContain('LENDING_GRPC_ADDRESS: grpcAddress()');
    expect(text('apps/reading/src/config.spec.ts')).toContain(
      `LENDING_GRPC_ADDRESS: 'lending:50051'`,
    );
    expect(text('apps/reading/test/running-reading.ts')).toContain(
      `env: { LENDING_GRPC_ADDRESS: '127.0.0.1:1' }`,
    );
    expect(JSON.parse(text('apps/reading/service.json'))).toMatchObject({ calls: ['lending'] });
    expect(text('apps/reading/src/reading.module.ts')).toContain('provide: LendingGrpcClient');
    const once = changesOf(tree);
    await generate(tree, { ...renew, from: 'reading' });
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('what is refused', () => {
  it.each([
    [{ service: 'nowhere' }, 'There is no service nowhere: there are '],
    [{ method: 'Renew' }, '"Renew" is one word: give a verb and what it does it to'],
    [{ method: 'Renew Loan!' }, '"Renew Loan!" is no name'],
    [{ request: 'loanId:uuid' }, '"loanId:uuid" is no field: give name:type'],
    [{ from: 'lending' }, 'lending needs no call to itself: leave out --from'],
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
