import { resource, states } from '../definitions.js';
import type { LiveEvent, Updated } from '../events.js';
import type { Message } from '../messages.js';

export interface Probe {
  readonly probeId: string;
  readonly state: string;
}

export type Shown = Probe & { readonly version: number };
export type ProbeUpdated = Updated<Probe>;
export type ProbeEvent = LiveEvent<Probe, Shown>;

/** What the tests follow. */
export const probes = resource<Probe, Shown>({
  ...{ idField: 'probeId', feed: 'probes', message: 'probe.updated', isDefault: true },
});
export const counters = states<{ readonly name: string; readonly count: number }>({
  ...{ feed: 'counters', keyField: 'name', message: 'counter.updated' },
});

/** The changes of one customer's probes, as a gateway would tell them; a cursor is a number as text. */
export class ProbeHistory {
  readonly updates: ProbeUpdated[] = [];
  readonly #versions = new Map<string, number>();

  change(probeId: string): ProbeUpdated {
    const version = (this.#versions.get(probeId) ?? 0) + 1;
    this.#versions.set(probeId, version);
    const update: ProbeUpdated = {
      ...{ type: 'updated', probeId, version, state: version === 1 ? 'NEW' : 'CHANGED' },
      ...{ traceparent: '', conflated: false },
      cursor: String(this.updates.length + 1),
    };
    this.updates.push(update);
    return update;
  }

  /** What a gateway sends in answer to the request of a topic. */
  after(request: object): ProbeUpdated[] {
    const { probeId, afterVersion, cursor } = request as {
      readonly probeId?: string;
      readonly afterVersion?: number;
      readonly cursor?: string;
    };
    if (probeId === undefined) return this.updates.slice(Number(cursor ?? this.updates.length));
    return this.updates.filter(
      (update) => update.probeId === probeId && update.version > (afterVersion ?? 0),
    );
  }

  get cursor(): string {
    return String(this.updates.length);
  }
}

export const told = (update: ProbeUpdated): Message => ({
  name: 'probe.updated',
  fields: update as unknown as Message['fields'],
});
