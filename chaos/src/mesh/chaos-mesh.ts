import type { WalOutbox } from '../evidence/wal-outbox.js';
import type { Profile } from '@mesh/tools/launcher';

/** Whose data it is; `log` holds the streams of the embedded profile. */
export type DatabaseName = 'order' | 'inventory' | 'notifications' | 'log';

/** One replica of a service. Its addresses stay the same when its process is started again. */
export interface Replica {
  readonly service: string;
  /** From 1. */
  readonly number: number;
  /** `order-2`: in messages, and of its log. */
  readonly name: string;
  /** `http://127.0.0.1:…`: /health/ready, /metrics, what operators ask. */
  readonly management: string;
  /** Of all its processes, one after the other. */
  readonly logFile: string;
  /** Undefined while none runs. */
  readonly pid: number | undefined;
}

/** The servers of the brokers profile, past the proxies where that is possible. */
export interface Brokers {
  /** `host:port`, through the proxy: it is the address that the broker tells its clients. */
  readonly kafka: string;
  /** `amqp://…`, past the proxy. */
  readonly amqp: string;
}

/**
 * A mesh of this machine with several replicas of each service, in a folder of its own, whose processes
 * and servers may be gone at any moment. Services reach their servers through proxies that faults cut;
 * whoever judges reaches them directly, and repeats what failed while faults are still made.
 */
export interface ChaosMesh {
  readonly profile: Profile;
  /** Data, logs, mailbox; removed at `stop` unless asked to be kept. */
  readonly dir: string;
  /** All replicas of all services. */
  readonly replicas: readonly Replica[];
  /** Where customers and browsers go, one base URL a gateway replica, through proxies. Any may refuse at any moment. */
  readonly gateways: readonly string[];
  /** PostgreSQL past the proxy, as superuser; the port stays the same. */
  readonly databases: Readonly<Record<DatabaseName, string>>;
  /** The outboxes, where they are in no table but in the WAL. */
  readonly appended: Readonly<Record<Exclude<DatabaseName, 'log'>, WalOutbox>> | undefined;
  /** Undefined in the embedded profile. */
  readonly brokers: Brokers | undefined;
  /** `*.eml` of all replicas of notifications. */
  readonly mailbox: string;
  /** Of the launcher, the services and the servers: where the history of a key is looked for. */
  logFiles(): readonly string[];
  /**
   * Opens all proxies; fulfilled when every replica is ready and orders are answered through each gateway.
   * @throws Error naming who is not ready after `withinMs`, with what it waits for
   */
  untilReady(withinMs: number): Promise<void>;
  /** Takes every fault away and ends everything. Idempotent. */
  stop(options?: {
    /** @default false */
    readonly keepDir?: boolean;
    /** Services are killed, not drained. @default false */
    readonly atOnce?: boolean;
  }): Promise<void>;
}
