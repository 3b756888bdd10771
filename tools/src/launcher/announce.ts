import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilReady } from './health.js';
import { canOrder } from './probe.js';
import { replicaName, serviceNames, type Endpoints, type ServiceName } from './services.js';

export interface Announcement {
  readonly dir: string;
  /** Of the first replica of each service. */
  readonly endpoints: Endpoints;
  /** Of the second replica of each service, the third … @default none */
  readonly further?: readonly Endpoints[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** From when on people ask themselves whether anything happens. */
const noticeableMs = 2_000;

/**
 * Writes endpoints.json and replicas.json at once, so that commands reach a service that does not get ready, says
 * that the services are starting when none is ready after 2 s, a line for each replica when it is ready, one of where
 * to look, and the ready line when an order would succeed. Fulfilled then, or when the signal
 * comes first.
 */
export async function announce(announcement: Announcement): Promise<void> {
  const { say, signal } = announcement;
  if (!signal.aborted) writeEndpoints(announcement);
  const slow = setTimeout(() => say(`Starting ${serviceNames.join(', ')}`), noticeableMs);
  await Promise.all(
    replicasOf(announcement).flatMap((endpoints, index) =>
      serviceNames.map((name) =>
        announceService(name, { ...announcement, endpoints, number: index + 1 }).finally(() =>
          clearTimeout(slow),
        ),
      ),
    ),
  );
  announcePlaces(announcement);
  await announceMesh(announcement);
}

/** Says where to look next. */
export function announcePlaces({ dir, endpoints, say, signal }: Announcement): void {
  if (signal.aborted) return;
  const docs = `${forPeople(endpoints.gateway.http)}/docs`;
  const mails = process.env['SMTP_URL'] ? 'sent by SMTP_URL' : join(dir, 'mailbox');
  say(`  API page ${docs}   mails ${mails}   logs ${join(dir, 'logs')}`);
}

/** Says a line with the addresses of one replica of a service when it is ready. */
export async function announceService(
  name: ServiceName,
  { endpoints, number = 1, say, signal }: Omit<Announcement, 'dir'> & { readonly number?: number },
): Promise<void> {
  const ready = await untilReady(endpoints[name].management ?? '', signal);
  if (ready) say(`  ${replicaName(name, number).padEnd(15)} ${addresses(endpoints[name])}`);
}

/** Says the ready line when an order would succeed. */
export async function announceMesh(announcement: Omit<Announcement, 'dir'>): Promise<void> {
  const { endpoints, say, signal } = announcement;
  const replicas = replicasOf(announcement);
  await Promise.all(
    replicas.flatMap((each) =>
      serviceNames.map((name) => untilReady(each[name].management ?? '', signal)),
    ),
  );
  for (const { gateway } of replicas)
    while (!signal.aborted && !(await canOrder(gateway.http ?? ''))) await sleep(100);
  if (signal.aborted) return;
  say(`Mesh ready: ${forPeople(endpoints.gateway.http)}`);
}

function replicasOf({
  endpoints,
  further = [],
}: Pick<Announcement, 'endpoints' | 'further'>): readonly Endpoints[] {
  return [endpoints, ...further];
}

function forPeople(url = ''): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}

/**
 * For commands and scripts, from when the ports are known until the mesh is stopped: a service's addresses, and those
 * of each of its replicas. Whether it is ready says its management address.
 */
export function writeEndpoints(
  announcement: Pick<Announcement, 'dir' | 'endpoints' | 'further'>,
): void {
  const { dir, endpoints } = announcement;
  const replicas = replicasOf(announcement);
  const byService = serviceNames.map((name) => [name, replicas.map((each) => each[name])]);
  writeJson(join(dir, 'replicas.json'), Object.fromEntries(byService));
  writeJson(join(dir, 'endpoints.json'), endpoints);
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeEndpoints(dir: string): void {
  for (const name of ['endpoints.json', 'replicas.json']) rmSync(join(dir, name), { force: true });
}

function addresses(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([kind, address]) => `${kind} ${address}`)
    .join('   ');
}
