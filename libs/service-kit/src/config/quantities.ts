import { z } from 'zod';

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** The number that a text such as `7d` says, or undefined. */
export const durationMs = (text: string) => quantityOf(text, MS);

/** A time such as `90s`, `24h` or `7d`; its value is in milliseconds. */
export const duration = (fallback: string, limits: Limits = {}) =>
  quantity('a whole number with its unit, ms, s, m, h or d', { ...limits, units: MS, fallback });

/** A size such as `32MiB`; its value is in bytes. */
export const bytes = (fallback: string, limits: Limits = {}) =>
  quantity('a whole number with its unit, KiB, MiB, GiB or TiB', {
    ...{ ...limits, units: BYTES, fallback },
  });

interface Limits {
  /** As text, such as `1h`. */
  readonly min?: string;
  readonly max?: string;
}

type Units = Readonly<Record<string, number>>;

function quantity(
  form: string,
  { units, fallback, min, max }: Limits & { readonly units: Units; readonly fallback: string },
) {
  const bounds = [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(' and ');
  const expected = bounds === '' ? form : `${form}: ${bounds}`;
  const lowest = quantityOf(min ?? '', units) ?? 0;
  const highest = quantityOf(max ?? '', units) ?? Infinity;
  return z
    .string({ error: expected })
    .prefault(fallback)
    .transform((text, context) => {
      const value = quantityOf(text, units);
      if (value !== undefined && value >= lowest && value <= highest) return value;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    });
}

function quantityOf(text: string, units: Units): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,12})([A-Za-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? undefined : Number(digits) * factor;
}
