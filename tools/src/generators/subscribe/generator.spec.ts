import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import generateEvent from '../event/generator.js';
import { addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

let tree: Tree;
beforeEach(async () => {
  tree = workspaceTree();
  addSmallService(tree, 'lending');
  addSmallService(tree, 'reading');
  await generateEvent(tree, { service: 'lending', name: 'BookLent', fields: 'bookId:string' });
});

const text = (path: string) => tree.read(path, 'utf8') ?? '';
const subscriber = 'apps/reading/src/inbound/lending-events.subscriber.ts';
const bookLent = { service: 'reading', event: 'BookLent' };
const withoutDatabase = () => {
  const path = 'apps/reading/src/reading.module.ts';
  tree.write(path, text(path).replace('DatabaseModule.register({ migrations })', ''));
};

describe('a subscription', () => {
  it('is a handler with its transaction, a use case, a table, a participant and a test', async () => {
    await generate(tree, bookLent);
    expect(text(subscriber)).toContain(`
  @Inject(NoteBookLent) private readonly noteBookLent!: NoteBookLent;

  @EventHandler(BookLent)
  async onBookLent(
    event: ReceivedEvent<BookLentData>,
    tx: Transaction<BookLentNotesDatabase>,
  ): Promise<void> {
    await this.noteBookLent.execute(new PostgresBookLentNotes(tx), event.data);
  }
`);
    expect(text('libs/contracts/src/participants/reading.ts')).toContain(
      `groups: [{ name: 'reading', stream: lendingStream, shared: 'one' }]`,
    );
    const module = text('apps/reading/src/reading.module.ts');
    expect(module).toContain('providers: [LendingEventsSubscriber, NoteBookLent]');
    expect(module).toContain(`MessagingModule.register({ group: 'reading', outbox: false })`);
    expect(text('apps/reading/src/config.ts')).toContain('...transportConfig');
    expect(text('apps/reading/src/outbound/migrations/index.ts')).toContain(
      `'001_book_lent_notes': createBookLentNotes`,
    );
    expect(text('apps/reading/test/book-lent-subscription.int.spec.ts')).toContain(
      `running.parked('reading')`,
    );
  });

  it('given it is there, then nothing changes', async () => {
    await generate(tree, bookLent);
    const once = changesOf(tree);
    await generate(tree, bookLent);
    expect(changesOf(tree)).toEqual(once);
  });

  it('given a second event of the stream, then it joins the subscriber and the group', async () => {
    await generateEvent(tree, {
      service: 'lending',
      name: 'BookReturned',
      fields: 'bookId:string',
    });
    await generate(tree, bookLent);
    await generate(tree, { service: 'reading', event: 'mesh.lending.v1.BookReturned' });
    expect(text(subscriber)).toMatch(/onBookLent[\s\S]*onBookReturned/);
    expect(text('libs/contracts/src/participants/reading.ts').match(/name:/g)).toHaveLength(1);
    expect(text('apps/reading/src/outbound/migrations/index.ts')).toContain(
      `'002_book_returned_notes'`,
    );
  });

  it('given an event of a second stream, then it gets a group of its own', async () => {
    addSmallService(tree, 'buying');
    await generateEvent(tree, { service: 'buying', name: 'BookBought', fields: 'bookId:string' });
    await generate(tree, bookLent);
    await generate(tree, { service: 'reading', event: 'BookBought' });
    expect(text('apps/reading/src/inbound/buying-events.subscriber.ts')).toContain(
      `@EventHandler(BookBought, { group: 'reading.buying' })`,
    );
  });

  it.each([
    [{ delivery: 'at-least-once' }, `{ delivery: 'at-least-once' }`, `'reading'`],
    [
      { eachReplica: true },
      `{ group: 'reading.watch', ephemeral: true, delivery: 'at-most-once' }`,
      `'reading.watch'`,
    ],
    [{ group: 'reading.mail' }, `{ group: 'reading.mail' }`, `'reading.mail'`],
  ] as const)('given %o, then the handler says %s', async (options, said, group) => {
    await generate(tree, { ...bookLent, ...options });
    expect(text(subscriber).replaceAll(/\s+/g, ' ').replaceAll(', }', ' }')).toContain(
      `@EventHandler(BookLent, ${said})`,
    );
    expect(text('libs/contracts/src/participants/reading.ts')).toContain(`name: ${group}`);
  });

  it('given no database, then at least once', async () => {
    withoutDatabase();
    await generate(tree, bookLent);
    expect(text(subscriber)).toContain(`delivery: 'at-least-once'`);
  });
});

describe('given the service handles it in another method', () => {
  beforeEach(() =>
    tree.write(
      subscriber,
      `@Injectable()
export class LendingEventsSubscriber {
  @EventHandler(BookLent)
  async onLent(): Promise<void> {}
}
`,
    ),
  );

  it('when the group is the same, then refuses', async () => {
    await expect(generate(tree, bookLent)).rejects.toThrow('handles BookLent already');
  });

  it('when the group is another one, then both hear it', async () => {
    await generate(tree, { ...bookLent, eachReplica: true });
    expect(text(subscriber)).toMatch(/onLent[\s\S]*onBookLent/);
  });
});

describe('what is refused', () => {
  it.each([
    [{ event: 'BookFound' }, 'No service has an event BookFound: there are '],
    [{ service: 'nowhere' }, 'There is no service nowhere'],
    [{ eachReplica: true, delivery: 'effectively-once' }, 'Every replica of reading would have'],
    [{ group: 'Reading Group' }, '"Reading Group" is no group'],
  ] as const)('%o', async (options, message) => {
    await expect(generate(tree, { ...bookLent, ...options })).rejects.toThrow(message);
  });

  it('given no database, then effectively once is', async () => {
    withoutDatabase();
    const asked = generate(tree, { ...bookLent, delivery: 'effectively-once' });
    await expect(asked).rejects.toThrow('reading has no database to note in what it has handled');
  });
});
