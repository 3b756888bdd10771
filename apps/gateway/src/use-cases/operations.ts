import type { z } from 'zod';
import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type * as views from './operations-views.js';

export type ServiceState = z.output<typeof views.serviceState>;
export type DeadLetter = z.output<typeof views.deadLetter>;
export type WholeDeadLetter = z.output<typeof views.wholeDeadLetter>;
export type ActionOutcome = z.output<typeof views.actionOutcome>;
export type AuditRecord = z.output<typeof views.auditRecord>;

export type DeadLetterFilter = Readonly<
  Partial<Record<'group' | 'stream' | 'key' | 'reason' | 'type' | 'fingerprint', string>>
>;

export interface DeadLetterAction {
  readonly kind: 'redrive' | 'discard';
  /** 1 to 100. A redrive takes everything that is parked of their keys, in its order. */
  readonly ids: readonly string[];
  /** Changes nothing. */
  readonly dryRun: boolean;
}

/**
 * What operators see of the services and do to their dead letters. Each question is bounded in time.
 * What is done is on record at the service, under the caller's name.
 */
export interface Operations {
  /** Of every service, also of those that are down. */
  states(caller: Caller): Promise<readonly ServiceState[]>;
  state(caller: Caller, service: string): Promise<ServiceState>;
  deadLetters(
    caller: Caller,
    service: string,
    request: PageRequest & { readonly filter: DeadLetterFilter },
  ): Promise<Page<DeadLetter>>;
  deadLetter(caller: Caller, service: string, id: string): Promise<WholeDeadLetter>;
  act(caller: Caller, service: string, action: DeadLetterAction): Promise<ActionOutcome>;
  /** The last first. */
  audit(caller: Caller, service: string, limit: number): Promise<readonly AuditRecord[]>;
}
