import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export const transports = ['embedded', 'kafka', 'amqp'] as const;
export type TransportName = (typeof transports)[number];

export interface BenchOptions {
  /** Of the benches that run the whole mesh. */
  readonly profile: 'embedded' | 'brokers';
  /** Of the benches that run single libs. */
  readonly transports: readonly TransportName[];
  readonly orders: number;
  readonly seconds: number;
  readonly minutes: number;
  /** Events a round. */
  readonly events: number;
  /** Rounds that count, after one to warm up. */
  readonly rounds: number;
  /** Of the benches with many clients: how many there are, one run after the other. */
  readonly clients: readonly number[];
}

const known = {
  profile: { type: 'string', default: 'embedded' },
  transport: { type: 'string', multiple: true, default: [...transports] },
  orders: { type: 'string', default: '300' },
  seconds: { type: 'string', default: '15' },
  minutes: { type: 'string', default: '20' },
  events: { type: 'string', default: '20000' },
  rounds: { type: 'string', default: '5' },
  clients: { type: 'string', multiple: true, default: ['1000'] },
} as const satisfies ParseArgsOptionsConfig;

export type OptionName = keyof typeof known;

interface Defaults {
  readonly events?: string;
  readonly clients?: readonly string[];
}

/** @throws Error naming the option that is unknown, not taken by the bench, or has another form */
export function optionsOf(
  args: readonly string[],
  taken: readonly OptionName[],
  { events = known.events.default, clients = known.clients.default }: Defaults = {},
): BenchOptions {
  const options = {
    ...known,
    events: { ...known.events, default: events },
    clients: { ...known.clients, default: [...clients] },
  };
  const { values, tokens } = parseArgs({ args: [...args], options, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || taken.some((name) => name === token.name)) continue;
    const those = taken.map((name) => `--${name}`).join(', ') || 'no option';
    throw new Error(`${token.rawName} is not for this bench; it takes ${those}`);
  }
  return {
    profile: oneOf('profile', ['embedded', 'brokers'], values.profile),
    transports: values.transport.map((name) => oneOf('transport', transports, name)),
    orders: count('orders', values.orders),
    seconds: count('seconds', values.seconds),
    minutes: count('minutes', values.minutes),
    events: count('events', values.events),
    rounds: count('rounds', values.rounds),
    clients: values.clients.map((given) => count('clients', given)),
  };
}

function oneOf<Name extends string>(option: string, names: readonly Name[], given: string): Name {
  const name = names.find((known) => known === given);
  if (name === undefined) throw new Error(`--${option} is ${names.join(' or ')}, not "${given}"`);
  return name;
}

function count(option: string, given: string): number {
  if (!/^[1-9]\d*$/.test(given)) throw new Error(`--${option} is a whole number, not "${given}"`);
  return Number(given);
}
