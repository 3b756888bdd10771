import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly profile: 'embedded' | 'brokers';
  readonly orders: number;
  readonly seconds: number;
}

export function optionsOf(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string', default: 'embedded' },
      orders: { type: 'string', default: '300' },
      seconds: { type: 'string', default: '15' },
    },
  });
  if (values.profile !== 'embedded' && values.profile !== 'brokers')
    throw new Error(`--profile is embedded or brokers, not "${values.profile}"`);
  return {
    profile: values.profile,
    orders: Number(values.orders),
    seconds: Number(values.seconds),
  };
}
