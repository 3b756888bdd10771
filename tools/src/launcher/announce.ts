import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LookedAt, Service } from '../services/index.js';
import { writeEndpoints } from './endpoints-file.js';
import { untilReady } from './health.js';
import { answers } from './probe.js';
import { edgeUrl, replicaName, type Addresses, type Endpoints } from './services.js';
import { inFolder } from './variables.js';

export interface Announcement {
  readonly services: readonly Service[];
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
 * to look, and the ready line when the services do their work. Fulfilled then, or when the signal
 * comes first.
 */
export async function announce(announcement: Announcement): Promise<void> {
  const { services, say, signal } = announcement;
  if (!signal.aborted) writeEndpoints(announcement);
  const names = services.map(({ name }) => name).join(', ');
  const slow = setTimeout(() => say(`Starting ${names}`), noticeableMs);
  await Promise.all(
    replicasOf(announcement).flatMap((endpoints, index) =>
      Object.entries(endpoints).map(([name, addresses]) =>
        announceService(replicaName(name, index + 1), { addresses, say, signal }).finally(() =>
          clearTimeout(slow),
        ),
      ),
    ),
  );
  announcePlaces(announcement);
  await announceMesh(announcement);
}

/** Says where to look next. */
export function announcePlaces({ services, dir, endpoints, say, signal }: Announcement): void {
  if (signal.aborted) return;
  const places = [
    `API page ${forPeople(edgeUrl(services, endpoints))}/docs`,
    ...services.flatMap((service) => service.places.map((place) => placeInWords(place, dir))),
    `logs ${join(dir, 'logs')}`,
  ];
  say(`  ${places.join('   ')}`);
}

function placeInWords({ what, at, unless, then }: LookedAt, dir: string): string {
  const elsewhere = unless !== undefined && process.env[unless];
  return `${what} ${elsewhere ? then : inFolder(at, dir)}`;
}

/** Says a line with the addresses of one replica of a service when it is ready. */
export async function announceService(
  name: string,
  {
    addresses,
    say,
    signal,
  }: Pick<Announcement, 'say' | 'signal'> & { readonly addresses: Addresses },
): Promise<void> {
  const ready = await untilReady(addresses['management'] ?? '', signal);
  if (ready) say(`  ${name.padEnd(15)} ${inWords(addresses)}`);
}

/** Says the ready line when every replica is ready, and every edge answers what services say of it. */
export async function announceMesh(announcement: Omit<Announcement, 'dir'>): Promise<void> {
  const { services, endpoints, say, signal } = announcement;
  const replicas = replicasOf(announcement);
  const managed = replicas.flatMap((each) => Object.values(each));
  await Promise.all(managed.map(({ management }) => untilReady(management ?? '', signal)));
  const paths = services.flatMap(({ probe }) => probe);
  for (const each of replicas)
    while (!signal.aborted && !(await answers(edgeUrl(services, each), paths))) await sleep(100);
  if (signal.aborted) return;
  say(`Mesh ready: ${forPeople(edgeUrl(services, endpoints))}`);
}

function replicasOf({
  endpoints,
  further = [],
}: Pick<Announcement, 'endpoints' | 'further'>): readonly Endpoints[] {
  return [endpoints, ...further];
}

function forPeople(url: string): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}

function inWords(of: Addresses): string {
  return Object.entries(of)
    .map(([kind, address]) => `${kind} ${address}`)
    .join('   ');
}
