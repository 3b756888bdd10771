import { signal } from '@preact/signals';
import { operate, read, type AuditEntry } from './operations.js';

export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly key: string | null;
  readonly eventType: string;
  readonly holdsKey: boolean;
  readonly behind: string | null;
  readonly reason: string;
  readonly errorMessage: string;
  readonly attempts: number;
  readonly parkedAt: string;
}

export interface WholeLetter extends DeadLetter {
  readonly position: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>> | null;
  /** Base64. */
  readonly body: string;
  readonly content: { readonly kind: string; readonly text: string | null };
}

export interface Letters {
  readonly items: readonly DeadLetter[];
  readonly nextCursor: string | null;
}

/** By service, as far as they were loaded. */
export const letters = signal<Readonly<Record<string, Letters>>>({});
export const audit = signal<readonly (AuditEntry & { readonly service: string })[]>([]);

const maxAudit = 20;

/** The first letters of a service, or with `after` those behind that cursor too. */
export async function loadLetters(service: string, after?: string): Promise<void> {
  const query = after === undefined ? '' : `&cursor=${encodeURIComponent(after)}`;
  const page = await operate<Letters>(`/${service}/dead-letters?limit=20${query}`);
  const before = after === undefined ? [] : (letters.value[service]?.items ?? []);
  letters.value = {
    ...letters.value,
    [service]: { items: [...before, ...page.items], nextCursor: page.nextCursor },
  };
}

export const loadLetter = (service: string, id: string): Promise<WholeLetter> =>
  operate<WholeLetter>(`/${service}/dead-letters/${encodeURIComponent(id)}`);

export interface Outcome {
  readonly tried: number;
  readonly done: number;
  readonly failed: number;
  readonly notTried: number;
  readonly results: readonly {
    readonly id: string;
    readonly result: 'done' | 'failed' | 'gone';
    readonly detail?: string;
  }[];
}

/** Redrives or discards letters and says in words what became of them. @throws ApiError */
export async function settle(
  action: 'redrive' | 'discard',
  service: string,
  ids: readonly string[],
): Promise<string> {
  const outcome = await operate<Outcome>(`/${service}/dead-letters/${action}`, { ids });
  await Promise.allSettled([loadLetters(service), loadAudit([service]), read()]);
  return outcomeWords(action, outcome);
}

/** `2 redriven, 1 failed, 3 not tried. Letter 7 failed again: no stock. It stays.` */
export function outcomeWords(action: 'redrive' | 'discard', outcome: Outcome): string {
  const { tried, done, failed, notTried, results } = outcome;
  const counts = [
    [done, action === 'redrive' ? 'redriven' : 'discarded'],
    [failed, 'failed'],
    [tried - done - failed, 'had gone already'],
    [notTried, 'not tried'],
  ] as const;
  const told = counts.filter(([count], at) => at === 0 || count > 0);
  const words = `${told.map(([count, what]) => `${count} ${what}`).join(', ')}.`;
  const failure = results.find(({ result }) => result === 'failed');
  if (failure === undefined) return words;
  return `${words} Letter ${failure.id} failed again: ${failure.detail ?? 'no reason was given'}. It stays.`;
}

/** What operators did, newest first, of these services together. */
export async function loadAudit(services: readonly string[]): Promise<void> {
  const read = await Promise.all(
    services.map(async (service) =>
      operate<{ items: AuditEntry[] }>(`/${service}/audit?limit=${maxAudit}`).then(({ items }) =>
        items.map((entry) => ({ ...entry, service })),
      ),
    ),
  );
  const others = audit.value.filter(({ service }) => !services.includes(service));
  audit.value = [...others, ...read.flat()]
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, maxAudit);
}
