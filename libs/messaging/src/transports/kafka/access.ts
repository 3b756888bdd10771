import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';
import { AccessReport } from '../../access/access-report.js';
import { tlsFaultOf } from '../../access/tls-fault.js';
import { tlsSettings, type TlsOptions } from '../../access/tls.js';
import { AuthenticationError } from '../../errors.js';
import type { MessagingLog } from '../../log.js';
import { saslOptions, type KafkaSasl } from './sasl.js';

const KEEP_ALIVE_MS = 60_000;
const SASL_TYPES = new Set(['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM']);

/** How a client of Kafka is encrypted, and whom it says it is. */
export interface KafkaAccessOptions {
  /** @default plain text */
  readonly tls?: TlsOptions | undefined;
  /** @default says no name */
  readonly sasl?: KafkaSasl | undefined;
}

/** How all clients of a transport get to the brokers, and what is known of being let in. */
export class KafkaAccess {
  readonly report: AccessReport;
  /** For a kafkajs client. */
  readonly config: Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory'>;
  readonly #waiting = new Set<(refusal: AuthenticationError) => void>();

  constructor({ tls, sasl }: KafkaAccessOptions, log: MessagingLog) {
    this.report = new AccessReport(log);
    this.config = {
      ...(tls !== undefined && { ssl: true, socketFactory: this.#tlsSockets(tls) }),
      ...(sasl !== undefined && { sasl: saslOptions(sasl) }),
    };
  }

  /** The promise, or before it the first refusal of a connection: kafkajs tries for seconds then. */
  async whileLetIn<T>(promise: Promise<T>): Promise<T> {
    const refused = Promise.withResolvers<never>();
    this.#waiting.add(refused.reject);
    try {
      return await Promise.race([promise, refused.promise]);
    } finally {
      this.#waiting.delete(refused.reject);
    }
  }

  #tlsSockets(tls: TlsOptions): ISocketFactory {
    return ({ host, port, onConnect }) => {
      const servername = isIP(host) === 0 ? { servername: host } : {};
      try {
        const socket = connect({ host, port, ...servername, ...tlsSettings(tls) }, onConnect);
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        socket.on('error', (error) => this.#failed(error));
        return socket;
      } catch (error) {
        this.#failed(error);
        throw error;
      }
    };
  }

  #failed(error: unknown): void {
    const refusal = authenticationErrorOf(error);
    if (refusal !== null) for (const refuse of this.#waiting) refuse(refusal);
  }
}

/** The refusal under what kafkajs wraps around it; null when the brokers did let us in or are away. */
export function authenticationErrorOf(error: unknown): AuthenticationError | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AuthenticationError) return at;
    const { type } = at as { type?: unknown };
    if (type === 'ILLEGAL_SASL_STATE') {
      const text = 'Kafka does not ask for SASL on this port: use the port that does, or no SASL';
      return new AuthenticationError(text, { cause: error });
    }
    if (at.name === 'KafkaJSSASLAuthenticationError' || SASL_TYPES.has(String(type))) {
      const text = `Kafka refuses the credentials (${at.message}): check mechanism, user and password`;
      return new AuthenticationError(text, { cause: error });
    }
  }
  const fault = tlsFaultOf(error);
  if (fault === null) return null;
  return new AuthenticationError(`No TLS with Kafka: ${fault}`, { cause: error });
}
