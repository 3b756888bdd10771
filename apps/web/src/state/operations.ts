import { computed, effect, signal } from '@preact/signals';
import { ApiError, call } from '../api.js';
import { looksAtOperator } from './operator-route.js';
import { isOperator, token } from './session.js';

// The gateway's operations API, as far as the page uses it.

export interface ServiceState {
  readonly service: string;
  readonly status: 'ready' | 'waiting' | 'stopping' | 'down';
  readonly waitingFor: readonly { readonly name: string; readonly reason: string }[];
  readonly outbox: {
    readonly depth: number | null;
    readonly maxEvents: number | null;
    readonly oldestAgeSeconds: number | null;
  } | null;
  readonly consumers: readonly {
    readonly group: string;
    readonly stream: string;
    readonly lag: number | null;
  }[];
  readonly deadLetters: { readonly total: number } | null;
  readonly breakers: readonly { readonly name: string; readonly state: 'open' | 'closed' }[];
}

export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly deadLetter: string;
  readonly eventType: string;
  readonly result: string;
  readonly detail: string | null;
}

/** Undefined until the first answer. */
export const services = signal<readonly ServiceState[] | undefined>(undefined);
/** Why there is no answer; empty when there is. */
export const operationsFault = signal('');
/** False: the gateway knows no addresses to ask. */
export const hasOperations = signal(true);
export const deadLetterCount = computed(() =>
  (services.value ?? []).reduce((sum, { deadLetters }) => sum + (deadLetters?.total ?? 0), 0),
);

const everyMs = 2_000;

/** Reads the overview every 2 s while it is looked at. */
export function followOperations(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    clearTimeout(timer);
    if (looksAtOperator.value && isOperator.value) void ask();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };

  async function ask(): Promise<void> {
    clearTimeout(timer);
    if (!document.hidden) await read();
    if (hasOperations.value) timer = setTimeout(() => void ask(), everyMs);
  }
}

export async function read(): Promise<void> {
  try {
    const answer = await operate<{ services: ServiceState[] }>('');
    services.value = answer.services;
    operationsFault.value = '';
    hasOperations.value = true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) hasOperations.value = false;
    operationsFault.value = error instanceof Error ? error.message : String(error);
  }
}

/** Calls below /v1/operations. @throws ApiError */
export const operate = <Answer>(path: string, body?: unknown): Promise<Answer> =>
  call<Answer>(`/v1/operations${path}`, {
    token: token.value,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
