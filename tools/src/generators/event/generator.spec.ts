import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

const proto = 'proto/mesh/lending/v1/lending_events.proto';
let tree: Tree;
beforeEach(() => {
  tree = workspaceTree();
  addSmallService(tree, 'lending');
});

const lent = { service: 'lending', name: 'BookLent', fields: 'bookId:string,dueAt:timestamp' };
const text = (path: string) => tree.read(path, 'utf8') ?? '';

describe('an event', () => {
  it('is a message, a line of the catalog, what a use case appends, and a test', async () => {
    await generate(tree, { ...lent, description: 'A book was lent.' });
    expect(text(proto)).toBe(`syntax = "proto3";

package mesh.lending.v1;

import "google/protobuf/timestamp.proto";

// A book was lent.
message BookLent {
  string book_id = 1;
  google.protobuf.Timestamp due_at = 2;
  google.protobuf.Timestamp occurred_at = 3;
}
`);
    expect(text('libs/contracts/src/catalog/lending.ts')).toContain(`
export const BookLent = event(
  'mesh.lending.v1.BookLent',
  lendingStream,
  lending.BookLent,
  (e) => e.bookId,
);
`);
    expect(text('apps/lending/src/use-cases/book-lent.ts')).toContain(
      'export function bookLent(fact: Omit',
    );
    expect(text('apps/lending/test/book-lent.int.spec.ts')).toContain(
      `const factOf = (bookId: string) => ({ bookId, dueAt: new Date('2026-01-02T03:04:05Z') });`,
    );
  });

  it('gives a service that has none a stream: topic, participant, outbox, configuration', async () => {
    await generate(tree, lent);
    expect(text('libs/contracts/src/catalog/index.ts')).toContain(`import './lending.js';`);
    expect(text('libs/contracts/src/topology/index.ts')).toContain('lending,');
    expect(text('libs/contracts/src/participants/index.ts')).toContain('lending,');
    expect(text('libs/contracts/src/participants/lending.ts')).toContain(
      'publishes: [lendingStream]',
    );
    expect(text('apps/lending/src/lending.module.ts')).toContain(
      `MessagingModule.register({ group: 'lending', outbox: true })`,
    );
    expect(text('apps/lending/src/config.ts')).toContain('...outboxConfig');
  });

  it('given a service of two words, then the stream has its name, the package an underscore', async () => {
    addSmallService(tree, 'spare-parts');
    await generate(tree, { ...lent, service: 'spare-parts', name: 'PartLent' });
    const catalog = text('libs/contracts/src/catalog/spare-parts.ts');
    expect(catalog).toContain(`{ name: 'mesh.spare-parts.v1', kind: 'log' }`);
    expect(catalog).toContain(`'mesh.spare_parts.v1.PartLent'`);
    expect(text('proto/mesh/spare_parts/v1/spare_parts_events.proto')).toContain(
      'message PartLent',
    );
  });

  it('given it is there, then nothing changes, also what was written by hand', async () => {
    await generate(tree, lent);
    tree.write('apps/lending/src/use-cases/book-lent.ts', '// mine\n');
    const once = changesOf(tree);
    await generate(tree, { service: 'lending', name: 'BookLent' });
    expect(changesOf(tree)).toEqual(once);
  });

  it('given more fields, then they get the next numbers', async () => {
    await generate(tree, lent);
    await generate(tree, { ...lent, fields: 'bookId:string,reader:string' });
    expect(text(proto)).toContain('occurred_at = 3;\n  string reader = 4;');
  });
});

describe('what is refused', () => {
  it.each([
    ['LendBook', {}, 'LendBook does not read as something that has happened: end in a participle'],
    ['Book Lent!', {}, '"Book Lent!" is no name'],
    ['BookLent', { service: 'nowhere' }, 'There is no service nowhere: there are '],
    ['BookLent', { fields: 'bookId:uuid' }, '"bookId:uuid" is no field: give name:type'],
    ['BookLent', { fields: 'count:uint32' }, 'The key has to be a string of the event'],
    ['BookLent', { key: 'isbn' }, 'or take bookId'],
    ['BookLent', { service: 'reading' }, 'catalog/lending.ts has an event BookLent; say in the'],
  ])('%s with %o', async (name, options, message) => {
    if ('service' in options && options.service === 'reading') {
      addSmallService(tree, 'reading');
      await generate(tree, lent);
    }
    await expect(generate(tree, { ...lent, name, ...options })).rejects.toThrow(message);
  });

  it('given a service without a database, then says why', async () => {
    const path = 'apps/lending/src/lending.module.ts';
    tree.write(path, text(path).replace('DatabaseModule.register({ migrations })', ''));
    await expect(generate(tree, lent)).rejects.toThrow(
      'lending has no database, so no transaction',
    );
  });

  it('given any name is taken, then LendBook is, too', async () => {
    await generate(tree, { ...lent, name: 'StockLow', anyName: true });
    expect(text(proto)).toContain('message StockLow {');
  });
});
