import { parseArgs } from 'node:util';

/** What is asked of `npm run demo`. */
export interface DemoOptions {
  readonly help: boolean;
  /** Acts a second. */
  readonly rate: number;
  /** @default until it is ended */
  readonly minutes?: number;
  readonly customer: string;
}

/** @throws Error naming the option and what it can be */
export function demoOptionsOf(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      rate: { type: 'string', default: '2' },
      minutes: { type: 'string' },
      customer: { type: 'string', default: 'demo' },
    },
  });
  const { help, rate, minutes, customer } = values;
  return {
    ...{ help, customer },
    rate: number('rate', rate, { from: 0.1, to: 50 }),
    ...(minutes !== undefined && { minutes: number('minutes', minutes, { from: 0.01, to: 1440 }) }),
  };
}

function number(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < from || value > to)
    throw new Error(`--${option} is a number from ${from} to ${to}, not "${text}"`);
  return value;
}
