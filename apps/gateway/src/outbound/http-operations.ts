import { bestGuess } from '@mesh/contracts/best-guess';
import { AppError } from '@mesh/service-kit';
import { z } from 'zod';
import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type {
  ActionOutcome,
  AuditRecord,
  DeadLetter,
  DeadLetterAction,
  DeadLetterFilter,
  Operations,
  ServiceState,
  WholeDeadLetter,
} from '../use-cases/operations.js';
import * as views from '../use-cases/operations-views.js';
import { ManagementClient, type ManagementQuestion } from './management.http.client.js';
import { stateOf } from './service-state.js';

/** Less than a request has. */
const patienceMs = 8000;
/** Of dead letters in one call. */
const atOnce = 100;

const letters = z.object({ items: z.array(views.deadLetter) });
const stored = z.object({ items: z.array(views.storedDeadLetter) });
const results = z.object({ results: z.array(views.actionResult) });
const audit = z.object({ items: z.array(views.auditRecord) });

/** The management ports of the services, with the caller's token. */
export class HttpOperations implements Operations {
  readonly #clients: ReadonlyMap<string, ManagementClient>;

  /** Addresses by service; undefined: nobody said where the services are operated. */
  constructor(urls: Readonly<Record<string, string>> | undefined) {
    const all = Object.entries(urls ?? {});
    this.#clients = new Map(all.map(([name, url]) => [name, new ManagementClient(name, url)]));
  }

  async states({ token }: Caller): Promise<readonly ServiceState[]> {
    this.#requireSome();
    return Promise.all([...this.#clients.values()].map((client) => stateOf(client, token)));
  }

  async state({ token }: Caller, service: string): Promise<ServiceState> {
    return stateOf(this.#client(service), token);
  }

  async deadLetters(
    caller: Caller,
    service: string,
    { limit = 20, cursor = '0', filter }: PageRequest & { readonly filter: DeadLetterFilter },
  ): Promise<Page<DeadLetter>> {
    if (!/^\d{1,18}$/.test(cursor))
      throw new AppError('CURSOR_INVALID', 'The cursor is none of this list');
    const query = { ...filter, after: cursor, limit: String(limit + 1) };
    const asked = { ...by(caller), query };
    const { items } = await this.#client(service).ask('/dead-letters', letters, asked);
    const page = items.slice(0, limit);
    return { items: page, nextCursor: items.length > limit ? page.at(-1)?.id : undefined };
  }

  async deadLetter(caller: Caller, service: string, id: string): Promise<WholeDeadLetter> {
    const asked = { ...by(caller), query: { ids: id, whole: 'true', limit: '1' } };
    const { items } = await this.#client(service).ask('/dead-letters', stored, asked);
    const [letter] = items;
    if (letter === undefined)
      throw new AppError('NOT_FOUND', `${service} has no dead letter ${id}; it may be done by now`);
    const { kind, text = null } = bestGuess(Buffer.from(letter.body, 'base64'), letter.eventType);
    return { ...letter, content: { kind, text } };
  }

  async act(caller: Caller, service: string, action: DeadLetterAction): Promise<ActionOutcome> {
    const client = this.#client(service);
    const asked = by(caller);
    const { kind, dryRun } = action;
    const concerned = await lettersOf(client, action, asked);
    const total = concerned.length;
    const items = concerned.slice(0, atOnce);
    if (dryRun || total === 0)
      return outcome({ dryRun, total, items: dryRun ? items : [], results: [] });
    const body = { ids: items.map(({ id }) => id) };
    const done = await client.ask(`/dead-letters/${kind}`, results, { ...asked, body });
    return outcome({ dryRun, total, items: [], results: done.results });
  }

  async audit(caller: Caller, service: string, limit: number): Promise<readonly AuditRecord[]> {
    const asked = { ...by(caller), query: { limit: String(limit) } };
    return (await this.#client(service).ask('/dead-letters/audit', audit, asked)).items;
  }

  #client(service: string): ManagementClient {
    this.#requireSome();
    const client = this.#clients.get(service);
    if (client !== undefined) return client;
    const known = [...this.#clients.keys()].join(', ');
    throw new AppError('NOT_FOUND', `OPERATIONS_URLS names no such service; it names ${known}`);
  }

  #requireSome(): void {
    if (this.#clients.size > 0) return;
    const form = 'order=http://order:9090,inventory=http://inventory:9090';
    const message = `This gateway does not know where services are operated: set OPERATIONS_URLS to their management ports, such as ${form}`;
    throw new AppError('NOT_FOUND', message);
  }
}

function outcome(
  known: Pick<ActionOutcome, 'dryRun' | 'total' | 'items' | 'results'>,
): ActionOutcome {
  const { total, results } = known;
  const count = (wanted: string) => results.filter(({ result }) => result === wanted).length;
  const [tried, done, failed] = [results.length, count('done'), count('failed')];
  return { ...known, tried, done, failed, notTried: total - tried, left: total - tried + failed };
}

function by({ token }: Caller): ManagementQuestion {
  return { token, signal: AbortSignal.timeout(patienceMs) };
}

async function lettersOf(
  client: ManagementClient,
  { kind, ids }: DeadLetterAction,
  asked: ManagementQuestion,
): Promise<readonly DeadLetter[]> {
  const query = { ids: ids.join(',') };
  if (kind === 'redrive')
    return (await client.ask('/dead-letters/plan', letters, { ...asked, query })).items;
  const limited = { ...query, limit: String(atOnce) };
  return (await client.ask('/dead-letters', letters, { ...asked, query: limited })).items;
}
