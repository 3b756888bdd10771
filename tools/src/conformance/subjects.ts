/** What is held to the same rules: a matrix, of which each member is a column. */
export interface Kind {
  /** The option of `npm run test:faults` that chooses members. */
  readonly name: 'transport' | 'relay' | 'consumer' | 'live';
  readonly members: readonly string[];
  readonly rules: readonly number[];
  /** Where the rules run on a member, on servers that the tests start. */
  readonly filesOf: (member: string) => readonly string[];
}

const relayFiles: Readonly<Record<string, string>> = {
  polling: 'libs/outbox/src/relay/relay.int.spec.ts',
  logical: 'libs/outbox/src/relay/logical-relay.int.spec.ts',
};

export const kinds: readonly Kind[] = [
  {
    name: 'transport',
    members: ['embedded', 'kafka', 'amqp'],
    rules: range(1, 18),
    filesOf: (name) => [
      `libs/messaging/src/transports/${name}/${name}.int.spec.ts`,
      `libs/messaging/src/testing/faults/${name}-faults.int.spec.ts`,
    ],
  },
  {
    name: 'relay',
    members: ['polling', 'logical'],
    rules: range(19, 27),
    filesOf: (name) => [relayFiles[name] ?? ''],
  },
  {
    name: 'consumer',
    members: ['single', 'batch', 'single-by-key', 'batch-by-key'],
    rules: range(28, 31),
    filesOf: () => ['libs/outbox/src/middleware/consumers.int.spec.ts'],
  },
  {
    name: 'live',
    members: ['gateway'],
    rules: [35, 36],
    filesOf: () => [
      'apps/gateway/src/testing/live-rules.spec.ts',
      'apps/e2e/src/two-gateways.e2e.spec.ts',
    ],
  },
];

/** Numbers of all rules that run by `npm run test:faults`. */
export const allRules: readonly number[] = kinds.flatMap(({ rules }) => rules);

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
