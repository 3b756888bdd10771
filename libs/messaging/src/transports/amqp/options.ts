import type { MessagingLog } from '../../log.js';

export interface AmqpOptions {
  /** `amqp://` or `amqps://`, with credentials and virtual host. */
  readonly url: string;
  /** Names this process in the broker's list of connections. */
  readonly clientName: string;
  /** How long a publish waits to be confirmed before it is refused. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** @default says nothing */
  readonly log?: MessagingLog;
}

export type AmqpSettings = Required<AmqpOptions>;

export function settingsOf(options: AmqpOptions): AmqpSettings {
  return {
    ...options,
    publishTimeoutMs: options.publishTimeoutMs ?? 30_000,
    log: options.log ?? (() => {}),
  };
}
