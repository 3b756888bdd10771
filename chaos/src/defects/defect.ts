/** A defect that people make, put into a service in place of a sound module when it is bundled. */
export interface Defect {
  readonly name: string;
  /** What is done wrong, in a few words. */
  readonly what: string;
  /** The module of this folder that has it; there `@mesh/outbox` means the sound modules that it replaces. */
  readonly module: string;
  /** The sound modules whose place it takes, from the root of the workspace. It exports all that they do. */
  readonly replaces: readonly string[];
  /** As what it shows. */
  readonly shows: 'lost' | 'doubled';
  /** The kinds of faults that show it. */
  readonly faults: readonly string[];
  /** Where it shows: what others append twice, their domain takes for once. */
  readonly services: readonly string[];
}

/** The three classics of messaging with a database, each of which passes every test without faults. */
export const defects = [
  {
    name: 'ack-before-commit',
    what: 'a delivery is acked before the transaction of its effect commits',
    module: 'ack-before-commit.ts',
    replaces: ['libs/outbox/src/middleware/park.ts', 'libs/outbox/src/middleware/inbox-batch.ts'],
    shows: 'lost',
    faults: ['SIGKILL before a commit'],
    services: ['inventory', 'notifications'],
  },
  {
    name: 'append-after-commit',
    what: 'events are appended to the outbox after the transaction of their change has committed',
    module: 'append-after-commit.ts',
    replaces: ['libs/outbox/src/outbox.ts', 'libs/outbox/src/in-transaction.ts'],
    shows: 'lost',
    faults: ['SIGKILL before a commit'],
    services: ['order', 'inventory', 'notifications'],
  },
  {
    name: 'check-then-act',
    what: 'the inbox looks whether an event was handled, and writes it down after the effect',
    module: 'check-then-act.ts',
    replaces: [
      'libs/outbox/src/dead-letters/parking.ts',
      'libs/outbox/src/middleware/inbox-batch.ts',
    ],
    shows: 'doubled',
    faults: ['pause before a commit past the lease'],
    services: ['notifications'],
  },
] as const satisfies readonly Defect[];

export type DefectName = (typeof defects)[number]['name'];
