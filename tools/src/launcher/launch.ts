import { join } from 'node:path';
import { root } from '../root.js';
import { allServices, type Service } from '../services/index.js';
import { announce } from './announce.js';
import { buildChanged } from './build.js';
import { environments, type Environment } from './environment.js';
import { removeEndpoints } from './endpoints-file.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { LaunchError } from './launch-error.js';
import { emptyFolder, openFolder } from './mesh-folder.js';
import { lockMesh } from './mesh-lock.js';
import { choosePorts } from './ports.js';
import { openSecrets } from './secrets.js';
import { ServiceProcess } from './service-process.js';
import { endpointsOf, replicaName, type Addresses } from './services.js';
import type { Settings } from './settings.js';

export interface LaunchOptions {
  readonly settings: Settings;
  /** Forget the data of earlier runs. */
  readonly fresh: boolean;
  readonly say: (line: string) => void;
  /** Something that starting again can't mend; the mesh should be stopped. */
  readonly onFault: (error: LaunchError) => void;
  /** Built services to run in place of those of this workspace. @default none */
  readonly bundles?: Readonly<Record<string, string>>;
  /** What a replica gets in place of its variables; to put something between it and its servers. @default the same */
  readonly environmentOf?: (
    replica: Pick<Replica, 'service' | 'number' | 'name'>,
    environment: Environment,
  ) => Promise<Environment>;
}

/** One process of a service. Its addresses and its log stay the same when it is started again. */
export interface Replica {
  readonly service: string;
  /** From 1. */
  readonly number: number;
  readonly name: string;
  /** `management`, and what else it listens on. */
  readonly endpoints: Addresses;
  readonly logFile: string;
  /** Undefined while none runs. */
  readonly pid: number | undefined;
}

/** Stages of the end: who takes requests first, then who serves them. Together under 10 s. */
const doorGraceMs = 3_500;
const serviceGraceMs = 4_000;
/** More than a service gives itself. */
const retireGraceMs = 10_000;

/** A mesh on this machine: its servers and its services. */
export class Mesh {
  readonly #options: LaunchOptions;
  readonly #stopping = new AbortController();
  readonly #replicas: (Omit<Replica, 'pid'> & { readonly process: ServiceProcess })[] = [];
  readonly #services: readonly Service[];
  #infrastructure: Infrastructure | undefined;
  #unlock: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: LaunchOptions) {
    this.#options = options;
    this.#services = allServices();
  }

  /**
   * Fulfilled when the services do their work, or when `stop` was called meanwhile.
   * @throws LaunchError, PostgresError; what was started runs until `stop`
   */
  async start(): Promise<void> {
    const { settings, fresh, say } = this.#options;
    const { dir, host, port, replicas } = settings;
    const services = this.#services;
    const { signal } = this.#stopping;
    openFolder(dir);
    this.#unlock = await lockMesh(dir, say);
    removeEndpoints(dir);
    if (fresh) emptyFolder(dir);
    openFolder(dir);

    const [infrastructure] = await Promise.all([
      this.#openInfrastructure(),
      buildChanged(services, say),
    ]);
    if (signal.aborted) return;
    const peers = await choosePorts({ services, port, replicas, say });
    const secrets = openSecrets(dir);
    for (const [index, ports] of peers.entries()) {
      const env = environments({ services, infrastructure, secrets, ports, peers, dir, host });
      const endpoints = endpointsOf(services, ports, host);
      for (const [service, addresses] of Object.entries(endpoints))
        await this.#startReplica(
          { service, number: index + 1, endpoints: addresses },
          env[service] ?? {},
        );
    }
    const [endpoints, ...further] = peers.map((ports) => endpointsOf(services, ports, host));
    if (endpoints) await announce({ services, dir, endpoints, further, say, signal });
  }

  /** Of all services, once `start` has begun to start them. */
  get replicas(): readonly Replica[] {
    return this.#replicas.map(({ process, ...replica }) => ({ ...replica, pid: process.pid }));
  }

  /** Drains and ends everything within 10 s. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Drains and ends one replica for good, as a scale-down does. @throws RangeError when there is none of that name */
  async retire(name: string): Promise<void> {
    const replica = this.#replicas.find((one) => one.name === name);
    if (replica === undefined) throw new RangeError(`There is no ${name}`);
    await replica.process.stop(retireGraceMs);
  }

  /** Ends the services at once, without draining; `stop` does the rest. */
  kill(): void {
    for (const { process } of this.#replicas) process.kill();
  }

  async #startReplica(
    { service, number, endpoints }: Pick<Replica, 'service' | 'number' | 'endpoints'>,
    environment: Environment,
  ): Promise<void> {
    const { settings, say, onFault, bundles, environmentOf } = this.#options;
    const name = replicaName(service, number);
    const logFile = join(settings.dir, 'logs', `${name}.log`);
    const env = await (environmentOf?.({ service, number, name }, environment) ?? environment);
    if (this.#stopping.signal.aborted) return;
    const process = new ServiceProcess({
      name,
      file: bundles?.[service] ?? join(root, 'dist/apps', service, 'main.js'),
      env,
      management: endpoints['management'] ?? '',
      logFile,
      say,
      onFault: (words) =>
        onFault(new LaunchError('SERVICE_FAULT', `${name} can't run like this:\n${words}`)),
    });
    this.#replicas.push({ service, number, name, endpoints, logFile, process });
    process.start();
  }

  async #openInfrastructure(): Promise<Infrastructure> {
    const { settings, fresh, say } = this.#options;
    this.#infrastructure = await openInfrastructure(settings, {
      services: this.#services,
      fresh,
      say,
    });
    return this.#infrastructure;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    // Without the lock they are another mesh's.
    if (this.#unlock) removeEndpoints(this.#options.settings.dir);
    const doors = this.#replicas.filter(({ endpoints }) => 'http' in endpoints);
    await Promise.all(doors.map(({ process }) => process.stop(doorGraceMs)));
    await Promise.all(this.#replicas.map(({ process }) => process.stop(serviceGraceMs)));
    await this.#infrastructure?.stop();
    this.#unlock?.();
  }
}
