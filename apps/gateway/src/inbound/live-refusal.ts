import { viewError, type ErrorView } from '@mesh/service-kit';

/** Code and message, as a client may see them. */
export function refusalOf(error: unknown): Pick<ErrorView, 'code' | 'message'> {
  const { code, message } = viewError(error);
  return { code, message };
}

/** As socket.io hands it to a client that connects: `error.data.code`. */
export function connectError(error: unknown): Error {
  const data = refusalOf(error);
  return Object.assign(new Error(data.message), { data });
}
