import type { CloudEvent } from './cloud-event.js';

const DIGITS = /^\d{1,19}$/;
const MAX = 2n ** 63n - 1n;

/**
 * The number of an event within its key, as the extension `sequence` has it: decimal digits, with leading
 * zeros so that texts sort as numbers do. Undefined without one, and for a sequence of another form,
 * whose meaning is its producer's.
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md
 */
export function sequenceOf({ extensions }: Pick<CloudEvent, 'extensions'>): bigint | undefined {
  const { sequence } = extensions;
  if (typeof sequence !== 'string' || !DIGITS.test(sequence)) return undefined;
  const number = BigInt(sequence);
  return number > MAX ? undefined : number;
}
