import { createContextKey } from '@connectrpc/connect';
import type { FastifyReply } from 'fastify';

/** One HTTP request of an RPC path, as the gate of all calls sees it. */
export interface RpcCall {
  readonly reply: FastifyReply;
  /** Why it is refused, known before it was a call. */
  readonly refusal?: Error;
  /** Whether the gate was reached: it is a call, and is refused as one. */
  isCall: boolean;
}

export const rpcCall = createContextKey<RpcCall | undefined>(undefined, {
  description: 'HTTP request',
});
