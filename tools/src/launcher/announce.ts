import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilReady } from './health.js';
import { canOrder } from './probe.js';
import { serviceNames, type Endpoints, type ServiceName } from './services.js';

export interface Announcement {
  readonly dir: string;
  readonly endpoints: Endpoints;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Says a line for each service when it is ready, one of where to look, and, when an order would succeed, writes
 * endpoints.json and says the ready line. Fulfilled then, or when the signal comes first.
 */
export async function announce(announcement: Announcement): Promise<void> {
  await Promise.all(serviceNames.map((name) => announceService(name, announcement)));
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

/** Says a line with the addresses of one service when it is ready. */
export async function announceService(
  name: ServiceName,
  { endpoints, say, signal }: Omit<Announcement, 'dir'>,
): Promise<void> {
  const ready = await untilReady(endpoints[name].management ?? '', signal);
  if (ready) say(`  ${name.padEnd(14)}${addresses(endpoints[name])}`);
}

/** Says the ready line when an order would succeed. */
export async function announceMesh({ dir, endpoints, say, signal }: Announcement): Promise<void> {
  await Promise.all(
    serviceNames.map((name) => untilReady(endpoints[name].management ?? '', signal)),
  );
  const gateway = endpoints.gateway.http ?? '';
  while (!signal.aborted && !(await canOrder(gateway))) await sleep(100);
  if (signal.aborted) return;
  writeEndpoints(dir, endpoints);
  say(`Mesh ready: ${forPeople(gateway)}`);
}

function forPeople(url = ''): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}

/** There while the mesh is ready, for scripts. */
function writeEndpoints(dir: string, endpoints: Endpoints): void {
  const file = join(dir, 'endpoints.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeEndpoints(dir: string): void {
  rmSync(join(dir, 'endpoints.json'), { force: true });
}

function addresses(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([kind, address]) => `${kind} ${address}`)
    .join('   ');
}
