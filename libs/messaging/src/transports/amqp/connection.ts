import type { Socket } from 'node:net';
import { connect, type ChannelModel } from 'amqplib';
import { TransportError } from '../../errors.js';
import { accessSettings, authenticationErrorOf } from './access.js';
import { closeInTime } from './close-in-time.js';
import type { AmqpSettings } from './options.js';

const CONNECT_TIMEOUT_MS = 5000;
const CLOSE_TIMEOUT_MS = 2000;
/** Longer than a quorum queue needs for its election on a busy machine. */
const ANSWER_TIMEOUT_MS = 20_000;
/** Once we are not let in: whoever asks again sooner gets the same answer, and the broker is spared. */
const REFUSED_MS = 5000;
const HEARTBEAT_SECONDS = '10';

/**
 * One connection, made when it is needed and again after it was lost. What lives on it (channels,
 * queues, consumers) is declared again by its users, whose channels emit `close`.
 */
export class AmqpConnection {
  readonly #settings: AmqpSettings;
  readonly #purpose: string;
  #model: Promise<ChannelModel> | null = null;
  #blocked = false;
  #closed = false;
  #onUnblocked: () => void = () => {};

  constructor(settings: AmqpSettings, purpose: 'publish' | 'consume') {
    this.#settings = settings;
    this.#purpose = purpose;
  }

  /** Whether the broker refuses to read from us, being short of memory or disk. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Called when the broker reads again. */
  set onUnblocked(listener: () => void) {
    this.#onUnblocked = listener;
  }

  /**
   * @throws TransportError when the broker can't be reached; the next call tries again.
   * @throws AuthenticationError when it does not let us in; tried again a few seconds later.
   */
  open(): Promise<ChannelModel> {
    if (this.#closed) return Promise.reject(new TransportError('The AMQP transport is closed'));
    if (this.#model === null) {
      const model = this.#connect(() => {
        // Of an earlier connection, that is known already.
        if (this.#model !== model) return;
        this.#model = null;
        this.#blocked = false;
      });
      this.#model = model;
    }
    return this.#model;
  }

  /**
   * The result of what asks the broker something. What is not answered in time never is: the connection is
   * given up then, with all that is on it, and the work is rejected.
   */
  async answered<T>(work: (model: ChannelModel) => Promise<T>): Promise<T> {
    const model = await this.open();
    const late = new TransportError(`The broker did not answer within ${ANSWER_TIMEOUT_MS} ms`);
    const timer = setTimeout(() => streamOf(model).destroy(late), ANSWER_TIMEOUT_MS);
    try {
      return await work(model);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const model = await this.#model?.catch(() => null);
    if (model === null || model === undefined) return;
    await closeInTime(model, CLOSE_TIMEOUT_MS);
    streamOf(model).destroy();
  }

  async #connect(lost: () => void): Promise<ChannelModel> {
    const { url, clientName, access, report, log } = this.#settings;
    const address = new URL(url);
    if (!address.searchParams.has('heartbeat'))
      address.searchParams.set('heartbeat', HEARTBEAT_SECONDS);
    const fields = { host: address.host, purpose: this.#purpose };
    try {
      const model = await connect(address.href, {
        ...accessSettings(access),
        // Without it a small frame waits for the ack of the one before: 40 ms a hop.
        noDelay: true,
        timeout: CONNECT_TIMEOUT_MS,
        clientProperties: { connection_name: `${clientName} ${this.#purpose}` },
      });
      report.granted();
      model.on('error', (err) => log('warn', 'AMQP connection failed', { ...fields, err }));
      model.on('close', lost);
      model.on('blocked', (reason) => {
        this.#blocked = true;
        log('warn', 'AMQP broker takes no messages', { ...fields, reason });
      });
      model.on('unblocked', () => {
        this.#blocked = false;
        log('info', 'AMQP broker takes messages again', fields);
        this.#onUnblocked();
      });
      return model;
    } catch (cause) {
      const refusal = authenticationErrorOf(address.host, cause);
      if (refusal !== null) {
        setTimeout(lost, REFUSED_MS).unref();
        report.refused(refusal);
        throw refusal;
      }
      lost();
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new TransportError(`AMQP broker at ${address.host} can't be reached: ${text}`, {
        cause,
      });
    }
  }
}

function streamOf(model: ChannelModel): Socket {
  return (model.connection as unknown as { readonly stream: Socket }).stream;
}
