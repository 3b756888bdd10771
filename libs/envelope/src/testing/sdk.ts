import { expect } from 'vitest';
import type { CloudEvent } from '../cloud-event.js';

/** What the official SDK's constructor takes for an event of ours. */
export function sdkInput({ extensions, data, ...attributes }: CloudEvent) {
  return { ...attributes, ...extensions, data: data && Buffer.from(data) };
}

/** What is comparable of an event of the official SDK: its own fields, data as Base64, no empty ones. */
export function attributesOf(event: object): Record<string, unknown> {
  const { data, ...rest } = event as Record<string, unknown>;
  const present = Object.entries(rest).filter(
    ([name, value]) => name !== 'data_base64' && value !== undefined,
  );
  return {
    ...Object.fromEntries(present),
    data: Buffer.from((data ?? []) as Uint8Array).toString('base64'),
  };
}

/** Matches the same event, whatever class of bytes its data is in. */
export function sameAs(event: CloudEvent): object {
  const data = event.data && Buffer.from(event.data);
  return {
    ...event,
    data: expect.toSatisfy((other?: Uint8Array) =>
      other && data ? data.equals(other) : other === data,
    ),
  };
}
