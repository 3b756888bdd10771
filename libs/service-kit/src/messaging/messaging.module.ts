import {
  Inject,
  Module,
  Optional,
  type DynamicModule,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import {
  DiscoveryModule,
  DiscoveryService,
  ExternalContextCreator,
  MetadataScanner,
} from '@nestjs/core';
import { collect, type DepthLimit, type OpenedOutbox, type Outbox } from '@mesh/outbox';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { Authenticator } from '../auth/authenticator.js';
import { CONFIG } from '../config/config.js';
import { DATABASE, PG_POOL } from '../database/database.module.js';
import { RUNTIME, type Runtime } from '../lifecycle/runtime.js';
import { openDeadLetters } from './dead-letters.js';
import { routeEvents } from './event-router.js';
import { retainInbox } from '../retention/messaging-retention.js';
import { Retention } from '../retention/retention.js';
import { findHandlers } from './find-handlers.js';
import { watchLag } from './lag-metric.js';
import { parkedTeller } from './parked-teller.js';
import { openLimit, openLog, openOutbox, relayOutbox, type OutboxConfig } from './outbox.js';
import { openReplays } from './replays.js';
import { subscriptionRoutes } from './subscription-routes.js';
import { planSubscriptions } from './subscription-plan.js';
import { keepSubscribed } from './subscriptions.js';
import { Transports, type TransportConfig } from './transports.js';

/** Injects the service's outbox (class Outbox of @mesh/outbox). */
export const OUTBOX = Symbol('OUTBOX');
const OUTBOX_LOG = Symbol('OUTBOX_LOG');
const OUTBOX_LIMIT = Symbol('OUTBOX_LIMIT');
const OPTIONS = Symbol('MESSAGING_OPTIONS');

/** Which group handles events, and whether the service tells of its own. */
export interface MessagingOptions {
  /** The consumer group of handlers that name none; the service's name. */
  readonly group: string;
  /** Whether the service appends events; needs DatabaseModule. */
  readonly outbox: boolean;
}

/**
 * Sends what the service appends to its outbox, and hands events to its `@EventHandler` methods.
 * Both begin when all modules are initialized, and end at shutdown: handlers first, then the relay.
 */
@Module({})
export class MessagingModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OPTIONS) private readonly options: MessagingOptions,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(Transports) private readonly transports: Transports,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ExternalContextCreator) private readonly contexts: ExternalContextCreator,
    @Optional() @Inject(DATABASE) private readonly db?: Kysely<unknown>,
    @Optional() @Inject(PG_POOL) private readonly pool?: Pool,
    @Optional() @Inject(OUTBOX_LOG) private readonly opened?: OpenedOutbox,
    @Optional() @Inject(OUTBOX) private readonly outbox?: Outbox,
    @Optional() @Inject(OUTBOX_LIMIT) private readonly limit?: DepthLimit,
    @Optional() @Inject(Retention) private readonly retention?: Retention,
    @Optional() @Inject(Authenticator) private readonly authenticator?: Authenticator,
    @Optional()
    @Inject(CONFIG)
    private readonly config?: OutboxConfig & { readonly INBOX_GAP_TIMEOUT_MS?: number },
  ) {}

  /** The module for a service's imports; provides {@link OUTBOX} where `outbox` is true. */
  static register(options: MessagingOptions): DynamicModule {
    const outbox: Provider[] = options.outbox
      ? [
          {
            provide: OUTBOX_LOG,
            inject: [DATABASE, PG_POOL, CONFIG, RUNTIME],
            useFactory: openLog,
          },
          { provide: OUTBOX_LIMIT, inject: [PG_POOL, CONFIG], useFactory: openLimit },
          { provide: OUTBOX, inject: [OUTBOX_LOG, OUTBOX_LIMIT, RUNTIME], useFactory: openOutbox },
        ]
      : [];
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        { provide: OPTIONS, useValue: options },
        { provide: Transports, inject: [CONFIG, RUNTIME], useFactory: openTransports },
        ...outbox,
      ],
      exports: [Transports, ...(options.outbox ? [OUTBOX] : [])],
    };
  }

  /** Begins to relay and to consume; Nest calls it once all modules are initialized. */
  async onApplicationBootstrap(): Promise<void> {
    const { runtime, transports, db, pool, opened, outbox, limit, authenticator } = this;
    const plans = planSubscriptions(findHandlers(this.discovery, this.scanner, this.contexts), {
      group: this.options.group,
      hasDatabase: db !== undefined,
    });
    const parking =
      db !== undefined && pool !== undefined && plans.length > 0
        ? await openDeadLetters({
            ...{ db, pool, plans, runtime, outbox, authenticator },
            gapTimeoutMs: this.config?.INBOX_GAP_TIMEOUT_MS,
          })
        : undefined;
    if (pool !== undefined && opened !== undefined && limit !== undefined)
      relayOutbox({
        ...{ opened, pool, transports, runtime, limit, authenticator },
        unpublishable: this.config?.OUTBOX_UNPUBLISHABLE,
      });
    const subscriptions = plans.map((plan) => {
      const { group } = plan;
      const handlers = {
        deliveries: routeEvents(plan, { log: runtime.log, db, outbox, parking }),
        deadLetters: parking && collect({ parking, group, onParked: parkedTeller(runtime.log) }),
      };
      return keepSubscribed(plan, handlers, { transports, runtime });
    });
    const lag = watchLag(plans, transports);
    runtime.lifecycle.onStop('close', 'lag', () => lag.close());
    const routes = subscriptionRoutes({ plans, lag, authenticator, log: runtime.log });
    runtime.management.add('/subscriptions', routes);
    if (pool !== undefined && parking !== undefined) {
      const inboxMs = this.config?.INBOX_RETENTION;
      if (this.retention !== undefined) retainInbox(this.retention, pool, this.config ?? {});
      await openReplays({ pool, subscriptions, transports, runtime, authenticator, inboxMs });
    }
  }
}

function openTransports(
  config: TransportConfig,
  { name, log, lifecycle, readiness }: Runtime,
): Transports {
  const transports = new Transports(config, name, (level, message, fields) =>
    log[level](fields, message),
  );
  lifecycle.onStop('close', 'transports', () => transports.close());
  readiness.require('brokers', () => transports.check()).fulfil();
  return transports;
}
