import { appendFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabases,
  Mesh,
  type LaunchOptions,
  type Profile,
  type Settings,
} from '@mesh/tools/launcher';
import { WalOutbox } from '../evidence/wal-outbox.js';
import { aborted } from '../faults/lasting.js';
import type { ChaosMesh, DatabaseName, Replica } from './chaos-mesh.js';
import { environmentThrough } from './environment-through.js';
import { Links } from './links.js';
import { notReady, refusing } from './readiness.js';
import { openRunFolder } from './run-folder.js';
import { startServers, type Servers } from './servers.js';

export interface ChaosMeshOptions {
  readonly profile: Profile;
  /** @default 2 */
  readonly replicas?: number;
  /** Built services to run in place of those of this workspace: those with a defect. @default none */
  readonly bundles?: LaunchOptions['bundles'];
  /** Variables of all services, beside those of the launcher. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** How services relay their outboxes. @default 'polling' */
  readonly relay?: 'polling' | 'logical';
  readonly say: (line: string) => void;
  /** Ends the start. */
  readonly signal: AbortSignal;
}

/** A chaos mesh, and what faults act on. */
export interface FaultyMesh extends ChaosMesh {
  readonly servers: Servers;
  readonly links: Links;
  /** A line for each fault, by who makes them. */
  readonly faultLog: string;
  /** Whom `untilReady` waits for, and why. */
  readonly waitingFor: readonly string[];
}

/** The verdict reads what was published and handled: nothing of it goes meanwhile. */
const EVIDENCE = {
  OUTBOX_RETENTION: '7d',
  OUTBOX_RETENTION_BYTES: '1TiB',
  MESH_LOG_RETENTION: '7d',
  MESH_LOG_RETENTION_BYTES: '1TiB',
  INBOX_RETENTION: '8d',
};

/**
 * Starts servers, proxies and the mesh. Fulfilled when every replica is ready.
 * @throws LaunchError, PostgresError, ServerError, the signal's reason; nothing is left running then
 */
export async function openChaosMesh(options: ChaosMeshOptions): Promise<FaultyMesh> {
  const { profile, replicas = 2, bundles, env = {}, relay = 'polling', say, signal } = options;
  const folder = await openRunFolder(tmpdir(), say);
  const { dir } = folder;
  const launcherLog = join(dir, 'logs', 'launcher.log');
  const faultLog = join(dir, 'logs', 'faults.log');
  const links = new Links();
  const undo: (() => Promise<void>)[] = [];
  let kill = () => {};
  const stop = async ({ keepDir = false, atOnce = false } = {}) => {
    if (atOnce) kill();
    for (const step of undo.splice(0).reverse()) await step();
    await folder.close({ keep: keepDir });
  };
  try {
    undo.push(() => links.close());
    const servers = await startServers(join(dir, 'servers'), profile);
    undo.push(() => servers.stop());
    signal.throwIfAborted();
    const appended = relay === 'logical' ? await openWalOutboxes(servers) : undefined;
    if (appended) undo.push(async () => Object.values(appended).forEach((one) => one.close()));
    if (servers.kafka) links.add({ name: 'kafka', proxy: servers.kafka.network });
    const fault = new AbortController();
    const mesh = new Mesh({
      settings: settingsOf(dir, { profile, replicas, servers }),
      fresh: false,
      ...(bundles && { bundles }),
      say: (line) => appendFileSync(launcherLog, `${new Date().toISOString()} ${line}\n`),
      onFault: (error) => fault.abort(error),
      environmentOf: async ({ name }, environment) => ({
        ...(await environmentThrough(links, name, environment)),
        ...EVIDENCE,
        // A hundred faults in ten minutes leave no time for ten seconds of waiting at each kill.
        KAFKA_SESSION_TIMEOUT_MS: '3000',
        OUTBOX_RELAY: relay,
        ...env,
      }),
    });
    undo.push(() => mesh.stop());
    kill = () => mesh.kill();
    undo.push(() => links.heal());
    const faulted = new Promise<never>((_, reject) =>
      fault.signal.addEventListener('abort', () => reject(fault.signal.reason as Error)),
    );
    faulted.catch(() => {});
    await Promise.race([mesh.start(), faulted, aborted(signal)]);
    signal.throwIfAborted();
    const gateways = await Promise.all(
      mesh.replicas
        .filter(({ service }) => service === 'gateway')
        .map(({ name, endpoints }) =>
          links.urlThrough(`browsers to ${name}`, endpoints['http'] ?? ''),
        ),
    );
    let waitingFor: readonly string[] = [];
    return {
      profile,
      dir,
      servers,
      links,
      gateways,
      faultLog,
      get waitingFor() {
        return waitingFor;
      },
      get replicas() {
        return replicasOf(mesh);
      },
      databases: databasesOf(servers),
      appended,
      brokers: brokersOf(servers),
      mailbox: join(dir, 'mailbox'),
      logFiles: () => [
        launcherLog,
        ...(existsSync(faultLog) ? [faultLog] : []),
        ...mesh.replicas.map(({ logFile }) => logFile),
        ...servers.logFiles,
      ],
      untilReady: (withinMs) =>
        Promise.race([
          links
            .heal()
            .then(() =>
              untilNone(
                async () => (waitingFor = await whoIsNotReady(replicasOf(mesh), gateways)),
                withinMs,
              ),
            ),
          faulted,
        ]),
      stop,
    };
  } catch (error) {
    await stop({ atOnce: signal.aborted });
    throw error;
  }
}

function settingsOf(
  dir: string,
  {
    profile,
    replicas,
    servers,
  }: { readonly profile: Profile; readonly replicas: number; readonly servers: Servers },
): Settings {
  const { postgres, kafka, rabbitmq } = servers;
  return {
    ...{
      profile,
      dir,
      replicas,
      port: 0,
      host: '127.0.0.1',
      keepsTraces: false,
      telemetryUrls: [],
    },
    databaseUrl: postgres.current.url(),
    kafkaBrokers: kafka && `127.0.0.1:${kafka.network.port}`,
    amqpUrl: rabbitmq?.current.url,
  };
}

function replicasOf(mesh: Mesh): readonly Replica[] {
  return mesh.replicas.map(({ service, number, name, endpoints, logFile, pid }) => ({
    ...{ service, number, name, logFile, pid },
    management: endpoints['management'] ?? '',
  }));
}

function databasesOf({ postgres }: Servers): Readonly<Record<DatabaseName, string>> {
  const url = (name: DatabaseName) => postgres.current.url(`mesh_${name}`);
  return {
    order: url('order'),
    inventory: url('inventory'),
    notifications: url('notifications'),
    log: url('log'),
  };
}

/** Before a service appends anything. */
async function openWalOutboxes({ postgres }: Servers): Promise<NonNullable<ChaosMesh['appended']>> {
  await createDatabases(postgres.current.url(), { fresh: false });
  const open = (name: string) => WalOutbox.open(postgres.current.url(`mesh_${name}`));
  return {
    order: await open('order'),
    inventory: await open('inventory'),
    notifications: await open('notifications'),
  };
}

function brokersOf({ kafka, rabbitmq }: Servers): ChaosMesh['brokers'] {
  if (kafka === undefined || rabbitmq === undefined) return undefined;
  return { kafka: `127.0.0.1:${kafka.network.port}`, amqp: rabbitmq.current.url };
}

async function whoIsNotReady(
  replicas: readonly Replica[],
  gateways: readonly string[],
): Promise<readonly string[]> {
  const unready = await notReady(replicas);
  return unready.length > 0 ? unready : refusing(gateways);
}

async function untilNone(look: () => Promise<readonly string[]>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const waiting = await look();
    if (waiting.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`not ready within ${withinMs} ms: ${waiting.join('; ')}`);
    await new Promise((again) => setTimeout(again, 150));
  }
}
