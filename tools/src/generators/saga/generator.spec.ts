import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import generateEvent from '../event/generator.js';
import { addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

let tree: Tree;
beforeEach(async () => {
  tree = workspaceTree();
  for (const one of ['lending', 'shelving']) addSmallService(tree, one);
  const event = (service: string, name: string) =>
    generateEvent(tree, { service, name, fields: 'holdId:string' });
  await event('lending', 'HoldAsked');
  await event('shelving', 'CopyReserved');
  await event('shelving', 'CopyMissed');
});

const text = (path: string) => tree.read(path, 'utf8') ?? '';
const saga = {
  ...{ service: 'lending', name: 'hold-approval', start: 'HoldAsked' },
  ...{ answer: 'CopyReserved', refusal: 'CopyMissed', timeoutMs: 60_000 },
};

describe('a saga', () => {
  it('begins, ends and has a timer: handlers, events, a row, its time in the configuration', async () => {
    await generate(tree, saga);
    expect(text('apps/lending/src/inbound/lending-events.subscriber.ts')).toContain(
      'await this.holdApproval.begin(\n      this.postgresHoldApprovalStore.within(tx, event),\n      event.data.holdId,\n    );',
    );
    const answers = text('apps/lending/src/inbound/shelving-events.subscriber.ts');
    expect(answers).toContain(`status: 'CONFIRMED'`);
    expect(answers).toContain(`reason: 'REFUSED'`);
    expect(text('libs/contracts/src/catalog/lending.ts')).toContain('HoldApprovalCompensated');
    const config = text('apps/lending/src/config.ts');
    expect(config).toMatch(/HOLD_APPROVAL_TIMEOUT_MS: z[\s\S]*default\(60000\)/);
    expect(text('apps/lending/src/lending.module.ts')).toContain('HoldApprovalTimer,');
    expect(text('libs/contracts/src/participants/lending.ts').match(/name: '[\w.]+'/g)).toEqual([
      `name: 'lending'`,
      `name: 'lending.shelving'`,
    ]);
    expect(text('apps/lending/src/outbound/migrations/001_hold_approval.ts')).toContain(
      'create table hold_approval',
    );
  });

  it('given it is there, then nothing changes', async () => {
    await generate(tree, saga);
    const once = changesOf(tree);
    await generate(tree, saga);
    expect(changesOf(tree)).toEqual(once);
  });

  it('given no refusal, then only the timer compensates', async () => {
    await generate(tree, { ...saga, refusal: undefined });
    expect(text('apps/lending/src/use-cases/hold-approval.ts')).toContain(`reason: 'TIMEOUT' };`);
  });
});

describe('what is refused', () => {
  it.each([
    [{ answer: 'HoldAsked' }, "HoldAsked can't be two of start, answer and refusal"],
    [{ start: 'HoldFound' }, 'No service has an event HoldFound'],
    [{ service: 'nowhere' }, 'There is no service nowhere'],
  ])('%o', async (options, message) => {
    await expect(generate(tree, { ...saga, ...options })).rejects.toThrow(message);
  });

  it('an event that the service handles already', async () => {
    await generate(tree, saga);
    const second = generate(tree, { ...saga, name: 'hold-second' });
    await expect(second).rejects.toThrow(
      'handles HoldAsked already, and a group hears an event once',
    );
  });
});
