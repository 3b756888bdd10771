import type { DeadLetterReason } from '@mesh/messaging';

/** Which dead letters; what is absent does not restrict. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly group?: string;
  readonly stream?: string;
  readonly key?: string;
  readonly reason?: DeadLetterReason;
  /** CloudEvents type. */
  readonly type?: string;
  readonly fingerprint?: string;
  /** Milliseconds since it was parked. */
  readonly olderThanMs?: number;
  readonly youngerThanMs?: number;
}

const conditions: {
  readonly [Name in keyof DeadLetterFilter]-?: (parameter: string) => string;
} = {
  ids: (p) => `id = any(${p}::bigint[])`,
  group: (p) => `group_name = ${p}`,
  stream: (p) => `stream = ${p}`,
  key: (p) => `key = ${p}`,
  reason: (p) => `reason = ${p}`,
  type: (p) => `event_type = ${p}`,
  fingerprint: (p) => `fingerprint = ${p}`,
  olderThanMs: (p) => `parked_at <= clock_timestamp() - ${p} * interval '1 millisecond'`,
  youngerThanMs: (p) => `parked_at > clock_timestamp() - ${p} * interval '1 millisecond'`,
};

/** A condition and the values of its parameters, numbered from $1. */
export function conditionOf(filter: DeadLetterFilter): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts = Object.entries(conditions).flatMap(([name, condition]) => {
    const value = filter[name as keyof DeadLetterFilter];
    if (value === undefined) return [];
    values.push(value);
    return [condition(`$${values.length}`)];
  });
  return { text: parts.length === 0 ? 'true' : parts.join(' and '), values };
}
