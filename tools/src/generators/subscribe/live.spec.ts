import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import generateEvent from '../event/generator.js';
import { changesOf, workspaceTree } from '../kit/testing.js';
import generateService from '../service/generator.js';
import generate from './generator.js';

let tree: Tree;
beforeEach(async () => {
  tree = workspaceTree();
  await generateService(tree, { name: 'lending', aggregate: 'loan' });
});

const text = (path: string) => tree.read(path, 'utf8') ?? '';
const gateway = (path: string) => text(`apps/gateway/${path}`);
const loanCreated = { service: 'gateway', event: 'LoanCreated' };
const returned = (fields: string) =>
  generateEvent(tree, { service: 'lending', name: 'LoanReturned', fields });

describe('what an event tells of, live', () => {
  it('is a feed of states of its customer, told of what the event and the answer both have', async () => {
    await generate(tree, loanCreated);
    expect(gateway('src/inbound/loan.live.ts')).toContain(`feed: 'loans'`);
    expect(gateway('src/inbound/loan.live.ts')).toContain(`message: 'loan.updated'`);
    expect(gateway('src/inbound/loan.live.ts')).toContain('isOwned: true');
    expect(gateway('src/domain/loan-update.ts')).toContain('  readonly name: string;\n}');
    expect(gateway('src/outbound/loan-states.grpc.client.ts')).toContain(
      'this.client.getLoan({ loanId }, { token })',
    );
    expect(gateway('src/features.ts')).toContain('{ module: LoanLiveModule, states: loanLive }');
    expect(gateway('test/loan-live.spec.ts')).toContain('served.probe.publish(LoanCreated');
  });

  it('is heard by each replica, at most once, by a group that the participants list', async () => {
    await generate(tree, loanCreated);
    const subscriber = gateway('src/inbound/loan-updates.subscriber.ts').replaceAll(/\s+/g, ' ');
    expect(subscriber).toContain(
      `@EventHandler(LoanCreated, { group: 'gateway.lending', ephemeral: true, delivery: 'at-most-once', })`,
    );
    expect(subscriber).toContain('this.feed.updated(data.customerId, toLoanUpdate(data));');
    expect(text('libs/contracts/src/participants/gateway.ts')).toContain(
      `{ name: 'gateway.lending', stream: lendingStream, shared: 'each-replica' }`,
    );
  });

  it('has the address of its service, in the configuration and the descriptor', async () => {
    await generate(tree, loanCreated);
    expect(gateway('src/config.ts')).toContain('LENDING_GRPC_ADDRESS: grpcAddress()');
    expect(JSON.parse(gateway('service.json'))).toMatchObject({
      calls: expect.arrayContaining(['lending']) as unknown,
    });
  });

  it('given it is there, then nothing changes', async () => {
    await generate(tree, loanCreated);
    const once = changesOf(tree);
    await generate(tree, loanCreated);
    expect(changesOf(tree)).toEqual(once);
  });

  it('given a further event of the same things, then it joins the feed', async () => {
    await returned('loanId:string,customerId:string,name:string,version:int64');
    await generate(tree, loanCreated);
    await generate(tree, { service: 'gateway', event: 'LoanReturned' });
    const subscriber = gateway('src/inbound/loan-updates.subscriber.ts');
    expect(subscriber).toMatch(/onLoanCreated[\s\S]*onLoanReturned/);
    expect(gateway('src/features.ts').match(/states: loanLive/g)).toHaveLength(1);
  });

  it('given a further event that tells less, then refuses', async () => {
    await returned('loanId:string,customerId:string,version:int64');
    await generate(tree, loanCreated);
    await expect(generate(tree, { service: 'gateway', event: 'LoanReturned' })).rejects.toThrow(
      'LoanReturned does not tell name, which loan.updated does',
    );
  });

  it('given another plural, then that is the feed', async () => {
    await generate(tree, { ...loanCreated, plural: 'lent-things' });
    expect(gateway('src/inbound/loan.live.ts')).toContain(`feed: 'lent-things'`);
  });
});

describe('what is refused', () => {
  it.each([
    [{ event: 'LoanFound' }, 'No service has an event LoanFound: there are '],
    [{ delivery: 'at-least-once' }, 'at most once: leave out --delivery'],
    [{ eachReplica: true }, 'at most once: leave out --each-replica'],
    [{ key: 'bookId' }, 'needs a field book_id of string, to know the thing by: it has loan_id'],
    [{ versionField: 'name' }, 'needs a field name of int32, int64, uint32, uint64, to tell new'],
  ] as const)('%o', async (options, message) => {
    await expect(generate(tree, { ...loanCreated, ...options })).rejects.toThrow(message);
  });

  it('an event of no customer', async () => {
    await returned('loanId:string,version:int64');
    await expect(generate(tree, { service: 'gateway', event: 'LoanReturned' })).rejects.toThrow(
      'needs a field customer_id of string, to tell nobody else',
    );
  });

  it('a thing that can not be read', async () => {
    const fields = 'copyId:string,customerId:string,version:int64';
    await generateEvent(tree, { service: 'lending', name: 'CopyBought', fields });
    await expect(generate(tree, { service: 'gateway', event: 'CopyBought' })).rejects.toThrow(
      'LendingService has no RPC GetCopy(copy_id) that answers with one',
    );
  });

  it('work', async () => {
    const path = 'libs/contracts/src/catalog/lending.ts';
    tree.write(path, text(path).replace(`kind: 'log'`, `kind: 'work'`));
    await expect(generate(tree, loanCreated)).rejects.toThrow('LoanCreated is work');
  });

  it('options of the gateway for another service', async () => {
    await expect(
      generate(tree, { service: 'lending', event: 'LoanCreated', key: 'loanId' }),
    ).rejects.toThrow('--key says how something is shown live');
  });
});
