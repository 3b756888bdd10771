import type { AmqpTopology } from '@mesh/contracts/topology';
import { AccessReport } from '../../access/access-report.js';
import type { MessagingLog } from '../../log.js';
import { checkAccess, type AmqpAccessOptions } from './access.js';
import { Topology } from './topology.js';

/** A RabbitMQ broker, and what is to be there. */
export interface AmqpOptions extends AmqpAccessOptions {
  /** `amqp://` or `amqps://`, with credentials and virtual host. */
  readonly url: string;
  /** Names this process in the broker's list of connections. */
  readonly clientName: string;
  /**
   * Exchanges, queues and bindings by their names; the queue of a group has the group's.
   * @default none: destinations are topic exchanges, groups are quorum queues with one consumer at a time
   */
  readonly topology?: AmqpTopology;
  /** How long a publish waits to be confirmed before it is refused. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** @default says nothing */
  readonly log?: MessagingLog;
}

type Defaulted = Omit<AmqpOptions, 'topology' | keyof AmqpAccessOptions>;

export interface AmqpSettings extends Required<Defaulted> {
  readonly topology: Topology;
  readonly access: AmqpAccessOptions;
  readonly report: AccessReport;
}

const NOTHING: AmqpTopology = { exchanges: [], queues: [], bindings: [] };

/** @throws AuthenticationError when TLS is asked for and the URL is not for it */
export function settingsOf(options: AmqpOptions): AmqpSettings {
  const { tls, external, log = () => {}, ...rest } = options;
  checkAccess(options.url, { tls, external });
  return {
    ...rest,
    topology: new Topology(options.topology ?? NOTHING),
    access: { tls, external },
    report: new AccessReport(log),
    publishTimeoutMs: options.publishTimeoutMs ?? 30_000,
    log,
  };
}
