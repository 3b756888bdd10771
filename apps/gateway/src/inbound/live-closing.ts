import { metrics } from '@mesh/tracing';

/** Why the gateway ends a connection; told by `closing` before it does. */
export const closingCodes = {
  SLOW_CLIENT: 'You take too little of what is sent; come back with your cursor',
  TOO_MANY_REQUESTS: 'You send more than is read here; come back with your cursor, and send less',
  TOKEN_EXPIRED: 'The token has expired; come back with another',
  MOVING: 'This gateway stops; come back with your cursor, to another one',
} as const;

export type ClosingCode = keyof typeof closingCodes;

export interface Closing {
  readonly code: ClosingCode;
  readonly message: string;
  /** When the connection will be ended. */
  readonly inMs: number;
}

export function closing(code: ClosingCode, inMs = 0): Closing {
  return { code, message: closingCodes[code], inMs };
}

/** The live connections of this process, as its metrics show them. */
export const liveMetrics = {
  connections: metrics.gauge({
    name: 'mesh_live_connections',
    help: 'Live connections of customers',
  }),
  unauthenticated: metrics.gauge({
    name: 'mesh_live_unauthenticated_connections',
    help: 'Connections that have not said yet who they are',
  }),
  refused: metrics.counter({
    name: 'mesh_live_refused_total',
    help: 'Live connections that were refused',
    labels: ['code'],
  }),
  closed: metrics.counter({
    name: 'mesh_live_closed_total',
    help: 'Live connections that the gateway ended',
    labels: ['code'],
  }),
  sent: metrics.counter({
    name: 'mesh_live_sent_total',
    help: 'Messages for live connections, by kind',
    labels: ['event'],
  }),
  conflated: metrics.counter({
    name: 'mesh_live_conflated_total',
    help: 'Messages that a slow client does not get because a later state of the same thing replaced them',
  }),
  resyncs: metrics.counter({
    name: 'mesh_live_resyncs_total',
    help: 'Snapshots that clients were sent because their updates could not be continued, by reason',
    labels: ['reason'],
  }),
  delays: metrics
    .histogram({
      name: 'mesh_live_update_delay_seconds',
      help: 'From a change to its sending, for each connection that was there at the change',
    })
    .with({}),
};
