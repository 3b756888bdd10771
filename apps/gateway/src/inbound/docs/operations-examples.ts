import type { z } from 'zod';
import * as views from '../../use-cases/operations-views.js';
import {
  auditPage,
  deadLetterActionBody,
  deadLetterPage,
  serviceStates,
} from '../operations-requests.js';
import { named } from './api-part.js';

// One example a schema of the operations interface.

export const exampleDeadLetterId = '17';
const at = '2026-03-14T09:26:53.589Z';
const key = '01a3c5e7-9b1d-7f3a-8c5e-7091b3d5f7a9';
const eventType = 'mesh.parcel.v1.ParcelSent';
const place = { group: 'billing', stream: 'mesh.parcel.v1' };
const errorMessage = 'new row violates check constraint "small_parcels"';
const fingerprint = '75a79d35a203';

const deadLetter: z.output<typeof views.deadLetter> = {
  ...{ id: exampleDeadLetterId, ...place, key, eventSource: '/parcel', eventType },
  eventId: '01a3c5e7-a0c4-7d52-b6e8-f0a2c4d6e8fa',
  ...{ unread: false, holdsKey: true, behind: null, reason: 'rejected', errorCode: '23514' },
  ...{ errorMessage, fingerprint, attempts: 1 },
  ...{ firstFailedAt: at, lastFailedAt: at, parkedAt: at },
};
const whole: z.output<typeof views.wholeDeadLetter> = {
  ...{ ...deadLetter, position: '1:26', routingKey: null },
  headers: { ce_type: eventType, 'content-type': 'application/protobuf' },
  attributes: { type: eventType, source: '/parcel' },
  body: 'CgNwLTE=',
  content: { kind: `${eventType}, by its schema`, text: '{\n  "parcelId": "p-1"\n}' },
};
const serviceState: z.output<typeof views.serviceState> = {
  ...{ service: 'billing', status: 'ready', waitingFor: [] },
  outbox: { depth: 0, maxEvents: 200_000, oldestAgeSeconds: 0 },
  consumers: [{ ...place, lag: 3, partitions: [{ partition: 0, lag: 3 }] }],
  deadLetters: {
    ...{ total: 1, oldestParkedAt: at, byReason: [{ reason: 'rejected', count: 1 }] },
    groups: [
      {
        ...{ ...place, reason: 'rejected', eventType, fingerprint, errorMessage },
        ...{ count: 1, keys: 1, oldestParkedAt: at },
      },
    ],
  },
  breakers: [],
};
const services: z.output<typeof serviceStates> = { at, services: [serviceState] };
const page: z.output<typeof deadLetterPage> = { items: [deadLetter], nextCursor: null };
const outcome: z.output<typeof views.actionOutcome> = {
  ...{ dryRun: true, total: 1, items: [deadLetter], left: 1 },
  ...{ tried: 0, done: 0, failed: 0, notTried: 1, results: [] },
};
const record: z.output<typeof views.auditRecord> = {
  ...{ at, actor: 'olga', action: 'redrive', deadLetter: exampleDeadLetterId },
  ...{ eventId: deadLetter.eventId, eventType, result: 'done', detail: null },
};

/** The schemas of the operations interface, each with an example. */
export const operationsSchemas = {
  ServiceState: named('ServiceState', views.serviceState, serviceState),
  ServiceStates: named('ServiceStates', serviceStates, services),
  DeadLetter: named('DeadLetter', views.deadLetter, deadLetter),
  DeadLetterPage: named('DeadLetterPage', deadLetterPage, page),
  WholeDeadLetter: named('WholeDeadLetter', views.wholeDeadLetter, whole),
  DeadLetterAction: named('DeadLetterAction', deadLetterActionBody, {
    ...{ ids: [exampleDeadLetterId], dryRun: true },
  }),
  DeadLetterOutcome: named('DeadLetterOutcome', views.actionOutcome, outcome),
  OperationsAudit: named('OperationsAudit', auditPage, { items: [record] }),
};
