import { Metadata } from '@grpc/grpc-js';
import { currentBaggage, currentTraceparent } from '@mesh/tracing';
import { callContext } from '../context/call-context.js';

/** The metadata of a call made now: the trace, the baggage and the caller's token, passed on. */
export function outgoingMetadata(
  token: string | undefined,
  traceparent = currentTraceparent(),
): Metadata {
  const metadata = new Metadata();
  metadata.set('traceparent', traceparent);
  const baggage = currentBaggage();
  if (baggage !== undefined) metadata.set('baggage', baggage);
  const bearer = token ?? callContext().token;
  if (bearer !== undefined) metadata.set('authorization', `Bearer ${bearer}`);
  return metadata;
}

/** A metadata value as text; the first when there are several. */
export function textOf(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}

/** The token of an `Authorization: Bearer` value. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}
