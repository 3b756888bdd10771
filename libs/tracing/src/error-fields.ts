import { stdSerializers } from 'pino';

/** An error as log lines have it: its message goes on with those of its causes that it does not quote itself. */
export function errorFields(error: Error): object {
  if (!(error instanceof Error)) return error;
  return Object.assign(stdSerializers.err(error), { message: messageOf(error) });
}

function messageOf(error: Error): string {
  const seen = new Set<unknown>([error]);
  let message = error.message;
  for (let { cause } = error; cause instanceof Error && !seen.has(cause); { cause } = cause) {
    seen.add(cause);
    if (!message.endsWith(cause.message)) message += `: ${cause.message}`;
  }
  return message;
}
