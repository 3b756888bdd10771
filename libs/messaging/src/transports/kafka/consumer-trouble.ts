import { TransportError } from '../../errors.js';
import { authenticationErrorOf } from './access.js';
import { brokerErrorOf, kindOf } from './broker-errors.js';
import type { KafkaSettings } from './options.js';

export interface ConsumerTroubleOptions {
  readonly settings: Pick<KafkaSettings, 'access' | 'log'>;
  readonly groupId: string;
  readonly topic: string;
  readonly onBlocked: ((error: Error | null) => void) | undefined;
}

/**
 * Says why a consumer starts again. What stays so until somebody changes something is said once, and
 * to who waits for the subscription, however often it is tried.
 */
export class ConsumerTrouble {
  readonly #options: ConsumerTroubleOptions;
  /** What keeps it out, while that lasts. */
  #blockedBy: string | null = null;

  constructor(options: ConsumerTroubleOptions) {
    this.#options = options;
  }

  crashed(err: unknown, pauseMs: number): void {
    const { settings, groupId: group, topic, onBlocked } = this.#options;
    const { access, log } = settings;
    const fields = { group, topic, pauseMs, err };
    const kind = kindOf(err);
    const refusal = authenticationErrorOf(err);
    if (refusal === null && kind !== 'denied' && kind !== 'settings') {
      // A fresh broker, or a group that moves, says so for a moment; that is no news.
      return log(kind === 'passing' ? 'debug' : 'warn', 'Kafka consumer starts again', fields);
    }
    const blockedBy = refusal?.message ?? `Kafka refuses ${group}: ${brokerErrorOf(err)}`;
    const said = blockedBy === this.#blockedBy || refusal !== null;
    if (refusal !== null) access.report.refused(refusal);
    log(said ? 'debug' : 'error', 'Kafka refuses the consumer', fields);
    this.#blockedBy = blockedBy;
    onBlocked?.(refusal ?? new TransportError(blockedBy, { cause: err }));
  }

  joined(): void {
    this.#options.settings.access.report.granted();
    if (this.#blockedBy !== null) this.#options.onBlocked?.(null);
    this.#blockedBy = null;
  }
}
