/** What is left of a history after a place. */
export interface Left {
  /** In order. */
  readonly numbers: readonly number[];
  /** The highest number there is, whether or not it is among them. */
  readonly latest: number;
  /** There may be more after these. @default false */
  readonly partly?: boolean;
}

/**
 * How a history that has no gaps answers for what lies after a number: `whole`; `gone`, when
 * something of it is not there any more; `ahead`, when the number was never reached.
 */
export function completeness(after: number, { numbers, latest, partly = false }: Left): Answered {
  if (after > latest) return 'ahead';
  const consecutive = numbers.every((number, index) => number === after + index + 1);
  const reaches = after + numbers.length === latest || (partly && numbers.length > 0);
  return consecutive && reaches ? 'whole' : 'gone';
}

export type Answered = 'whole' | 'gone' | 'ahead';
