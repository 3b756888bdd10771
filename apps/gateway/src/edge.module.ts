import { readFileSync } from 'node:fs';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator, CONFIG, MessagingModule, RUNTIME, type Runtime } from '@mesh/service-kit';
import type { EdgeConfig } from './config.js';
import { topicsOf, type Feature } from './feature.js';
import {
  FEATURES,
  liveSource,
  OPERATIONS,
  RATE_LIMITS,
  STATE_FEEDS,
  stateFeed,
} from './gateway.tokens.js';
import { DevTokenHttpController } from './inbound/dev-token.http.controller.js';
import { DevTracesHttpController } from './inbound/dev-traces.http.controller.js';
import { DocsHttpController } from './inbound/docs/docs.http.controller.js';
import { CustomerRateLimit } from './inbound/limits/rate-limit.js';
import { LiveEntrance } from './inbound/live-entrance.js';
import { Subscriptions } from './inbound/live-messages.js';
import { LiveWsGateway } from './inbound/live.ws.gateway.js';
import { OperationsHttpController } from './inbound/operations.http.controller.js';
import { countedHistory } from './outbound/counted-history.js';
import { HttpOperations } from './outbound/http-operations.js';
import { rateLimits } from './outbound/rate-limits.js';
import { LiveHubs } from './use-cases/live-hub.js';
import { liveLimits } from './use-cases/live-limits.js';
import type { LiveResource, LiveSource } from './use-cases/live-resource.js';
import { LiveSessions } from './use-cases/live-sessions.js';
import { sharedHistoryLimits } from './use-cases/shared-history.js';
import { Slots } from './use-cases/shared-reads.js';
import type { FollowedStates } from './use-cases/state-feed.js';

/** What the gateway is around the features that it serves, none or many. */
@Module({})
export class EdgeModule {
  static serving(features: readonly Feature[]): DynamicModule {
    return {
      module: EdgeModule,
      // Features tell the hubs what has changed.
      global: true,
      exports: [LiveHubs],
      imports: [
        MessagingModule.register({ group: 'gateway', outbox: false }),
        ...features.map(({ module }) => module),
      ],
      controllers: [
        OperationsHttpController,
        DevTokenHttpController,
        DevTracesHttpController,
        DocsHttpController,
      ],
      providers: [
        { provide: FEATURES, useValue: features },
        { provide: APP_GUARD, useClass: CustomerRateLimit },
        { provide: RATE_LIMITS, inject: [CONFIG, RUNTIME], useFactory: rateLimits },
        {
          provide: OPERATIONS,
          inject: [CONFIG],
          useFactory: ({ OPERATIONS_URLS: urls }: EdgeConfig) => new HttpOperations(urls),
        },
        ...live(features),
      ],
    };
  }
}

function live(features: readonly Feature[]): Provider[] {
  const topics = topicsOf(features);
  const { resources, states } = topics;
  return [
    LiveWsGateway,
    LiveHubs,
    { provide: Subscriptions, useFactory: () => new Subscriptions(topics) },
    {
      provide: LiveEntrance,
      inject: [Authenticator, CONFIG, RUNTIME],
      useFactory: (authenticator: Authenticator, config: EdgeConfig, { lifecycle }: Runtime) =>
        new LiveEntrance(authenticator, config, lifecycle.stopping),
    },
    {
      provide: STATE_FEEDS,
      inject: states.map(stateFeed),
      useFactory: (...feeds: readonly FollowedStates[]) => feeds,
    },
    {
      provide: LiveSessions,
      inject: [CONFIG, RUNTIME, LiveHubs, ...resources.map(liveSource)],
      useFactory: sessionsOf(resources),
    },
  ];
}

/** Given a source for each of the resources. */
function sessionsOf(resources: readonly LiveResource[]) {
  return (
    config: EdgeConfig,
    { log }: Runtime,
    hubs: LiveHubs,
    ...sources: readonly LiveSource[]
  ): LiveSessions => {
    const { LIVE_HISTORY_READS: concurrency, LIVE_HISTORY_WAITING: capacity } = config;
    const limits = { ...sharedHistoryLimits, concurrency, capacity };
    const bounds = { limits, slots: new Slots(limits) };
    const served = resources.map((resource, index) => {
      const history = countedHistory(sources[index]!, bounds);
      return { resource, history, snapshots: history };
    });
    const { LIVE_MAX_WATCHED: maxWatched, LIVE_MAX_PENDING: maxPending } = config;
    return new LiveSessions({
      ...{ hubs, served, limits: { ...liveLimits, maxWatched, maxPending } },
      secret: readFileSync(config.CURSOR_SECRET_FILE),
      failed: (err) => log.warn({ err }, 'Live updates could not be completed'),
    });
  };
}
