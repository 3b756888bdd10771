import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, type Postgres } from '../postgres/index.js';
import { Backoff } from '../processes/backoff.js';
import type { Service } from '../services/index.js';
import { createDatabases } from './databases.js';
import type { Profile, Settings } from './settings.js';
import { openTraceReceiver } from './traces/receiver.js';

/** The servers that the services use. */
export interface Infrastructure {
  readonly profile: Profile;
  readonly kafkaBrokers: string | undefined;
  readonly amqpUrl: string | undefined;
  /** Where services send their spans; undefined when the person sends them elsewhere, or nowhere. */
  readonly tracesUrl: string | undefined;
  databaseUrl(name: string): string;
  /** Ends what was started here. Idempotent. */
  stop(): Promise<void>;
}

export interface InfrastructureOptions {
  readonly services: readonly Service[];
  readonly fresh: boolean;
  readonly say: (line: string) => void;
}

/**
 * Starts embedded PostgreSQL, unless the settings name a server, and makes the databases. A server
 * that dies is started again on the same port.
 */
export async function openInfrastructure(
  settings: Settings,
  { services, fresh, say }: InfrastructureOptions,
): Promise<Infrastructure> {
  const { telemetryUrls, dir } = settings;
  if (telemetryUrls.length > 0)
    say(
      `Telemetry goes to ${telemetryUrls.join(', ')}; what is not taken there: ${join(dir, 'logs')}`,
    );
  const server = settings.databaseUrl
    ? undefined
    : await keepPostgres(join(settings.dir, 'postgres'), say);
  const serverUrl = settings.databaseUrl ?? server?.url ?? '';
  const traces = settings.keepsTraces ? await openTraceReceiver() : undefined;
  const forgotten = fresh && settings.databaseUrl !== undefined;
  await createDatabases(serverUrl, { services, fresh: forgotten });
  return {
    profile: settings.profile,
    kafkaBrokers: settings.kafkaBrokers,
    amqpUrl: settings.amqpUrl,
    tracesUrl: traces?.url,
    databaseUrl: (name) => {
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: async () => {
      await traces?.close();
      await server?.stop();
    },
  };
}

async function keepPostgres(
  dataDir: string,
  say: (line: string) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  const started = performance.now();
  let current = await startPostgres({ dataDir });
  say(
    `PostgreSQL listens on 127.0.0.1:${current.port} (${Math.round(performance.now() - started)} ms)`,
  );
  const { port } = current;
  const stopping = new AbortController();
  const backoff = new Backoff();

  const keep = async (server: Postgres): Promise<void> => {
    const since = Date.now();
    const outcome = await server.exited;
    if (Date.now() - since > 30_000) backoff.reset();
    while (!stopping.signal.aborted) {
      const pauseMs = backoff.nextMs();
      say(`PostgreSQL ended (${outcome}); starting it again in ${pauseMs} ms`);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        current = await startPostgres({ dataDir, port });
        say(`PostgreSQL listens on 127.0.0.1:${port} again`);
        return keep(current);
      } catch (error) {
        say(`PostgreSQL did not start: ${(error as Error).message}`);
      }
    }
  };
  const kept = keep(current);
  return {
    url: current.url(),
    stop: async () => {
      stopping.abort();
      await current.stop();
      await kept;
      await current.stop();
    },
  };
}
