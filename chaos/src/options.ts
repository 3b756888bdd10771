import type { Profile } from '@mesh/tools/launcher';
import { defects, type Defect } from './defects/defect.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly profile: Profile;
  /** What is put into the mesh for the run to find. @default nothing */
  readonly defect?: Defect;
  /** The same faults and work without the defect. @default false */
  readonly sound?: boolean;
  /** How services relay their outboxes. @default 'polling' */
  readonly relay?: Relay;
  /** The kinds of faults to make. @default all, or those of the defect */
  readonly kinds?: readonly string[];
}

export type Relay = 'polling' | 'logical';

export interface Known {
  readonly anySeed: () => number;
  /** Of all faults. */
  readonly kinds: readonly string[];
}

export type Asked =
  | { readonly kind: 'run'; readonly options: ChaosOptions }
  | { readonly kind: 'help' }
  /** Can't be understood; a line for each fault. */
  | { readonly kind: 'wrong'; readonly faults: readonly string[] };

export const help = `npm run check:chaos -- [--minutes N] [--seed S] [--profile embedded|brokers] [--relay polling|logical]
                           [--only WORDS] [--defect NAME [--sound]]

Starts a mesh of its own with two replicas of every service, gives it orders, cancels and stock changes from
many customers while it kills, pauses and cuts off processes, database and brokers; then waits for quiet and
judges from the data alone: nothing lost, doubled or out of order.

  --minutes N   how long faults are made; 0.5 is half a minute. Default 2
  --seed S      of every choice, a whole number below 2^32: the same again with the same seed, except for what
                the machine decides. Default: any, printed
  --profile P   embedded (default), or brokers: needs Java, Maven and rabbitmq-server
  --relay R     how services relay their outboxes: polling (default), or logical, by replication from the WAL
  --only WORDS  only faults that the table at the end calls by one of them, separated by commas: SIGKILL,kafka
  --defect D    puts a defect into the services, to see it found, and makes the faults that it can't stand:
${defects.map(({ name, what }) => `                ${name}: ${what}`).join('\n')}

  --sound       with --defect: the same work and faults without the defect, which must find nothing

Exit code 0: all zeros. 1: something was lost, doubled, disordered or did not recover; the folder with all logs
is kept and named, with a defect too. 2: called in a wrong way. 130: Ctrl-C before the verdict.`;

const names = ['minutes', 'seed', 'profile', 'relay', 'only', 'defect'] as const;
type Name = (typeof names)[number];

/** `--name value` and `--name=value`. */
export function readOptions(args: readonly string[], { anySeed, kinds: all }: Known): Asked {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' };
  const given = new Map<Name, string>();
  const faults: string[] = [];
  let sound = false;
  for (let index = 0; index < args.length; index += 1) {
    const [option = '', ...values] = (args[index] ?? '').split('=');
    const joined = values.length > 0 ? values.join('=') : undefined;
    const name = names.find((known) => option === `--${known}`);
    if (option === '--sound' && joined === undefined) sound = true;
    else if (name === undefined) faults.push(`There is no option ${option}.`);
    else given.set(name, joined ?? args[(index += 1)] ?? '');
  }
  const {
    minutes = '2',
    seed = String(anySeed()),
    profile = 'embedded',
    relay,
  } = Object.fromEntries(given);
  if (!(/^\d+(\.\d+)?$/.test(minutes) && Number(minutes) >= 0.1 && Number(minutes) <= 1440))
    faults.push(`--minutes: expected a number from 0.1 to 1440, a day; received "${minutes}"`);
  if (!(/^\d{1,10}$/.test(seed) && Number(seed) < 2 ** 32))
    faults.push(`--seed: expected a whole number below 2^32; received "${seed}"`);
  if (profile !== 'embedded' && profile !== 'brokers')
    faults.push(`--profile: expected embedded or brokers; received "${profile}"`);
  if (relay !== undefined && relay !== 'polling' && relay !== 'logical')
    faults.push(`--relay: expected polling or logical; received "${relay}"`);
  const defect = defects.find(({ name }) => name === given.get('defect'));
  if (given.has('defect') && defect === undefined)
    faults.push(
      `--defect: expected ${defects.map(({ name }) => name).join(', ')}; received "${given.get('defect')}"`,
    );
  if (sound && !given.has('defect')) faults.push('--sound: expected --defect NAME beside it');
  const only = given.get('only');
  const kinds = all.filter((kind) => only?.split(',').some((word) => word && kind.includes(word)));
  if (only !== undefined && kinds.length === 0)
    faults.push(`--only: expected words of ${all.join(', ')}; received "${only}"`);
  if (faults.length > 0) return { kind: 'wrong', faults };
  const options = {
    ...{ minutes: Number(minutes), seed: Number(seed), profile: profile as Profile },
    ...(defect && { defect }),
    ...(sound && { sound }),
    ...(relay !== undefined && { relay: relay as Relay }),
    ...(only !== undefined && { kinds }),
  };
  return { kind: 'run', options };
}
