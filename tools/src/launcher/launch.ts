import { join } from 'node:path';
import { root } from '../root.js';
import { announce, removeEndpoints } from './announce.js';
import { buildChanged } from './build.js';
import { environments } from './environment.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { LaunchError } from './launch-error.js';
import { emptyFolder, openFolder } from './mesh-folder.js';
import { lockMesh } from './mesh-lock.js';
import { choosePorts } from './ports.js';
import { openSecrets } from './secrets.js';
import { ServiceProcess } from './service-process.js';
import { endpointsOf, serviceNames, type ServiceName } from './services.js';
import type { Settings } from './settings.js';

export interface LaunchOptions {
  readonly settings: Settings;
  /** Forget the data of earlier runs. */
  readonly fresh: boolean;
  readonly say: (line: string) => void;
  /** Something that starting again can't mend; the mesh should be stopped. */
  readonly onFault: (error: LaunchError) => void;
}

/** Stages of the end: who takes requests first, then who serves them. Together under 10 s. */
const gatewayGraceMs = 3_500;
const serviceGraceMs = 4_000;

/** A mesh on this machine: its servers and the four services. */
export class Mesh {
  readonly #options: LaunchOptions;
  readonly #stopping = new AbortController();
  readonly #services = new Map<ServiceName, ServiceProcess>();
  #infrastructure: Infrastructure | undefined;
  #unlock: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  /**
   * Fulfilled when an order would succeed, or when `stop` was called meanwhile.
   * @throws LaunchError, PostgresError; what was started runs until `stop`
   */
  async start(): Promise<void> {
    const { settings, fresh, say } = this.#options;
    const { dir } = settings;
    const { signal } = this.#stopping;
    openFolder(dir);
    this.#unlock = await lockMesh(dir, say);
    removeEndpoints(dir);
    if (fresh) emptyFolder(dir);
    openFolder(dir);

    const [infrastructure] = await Promise.all([this.#openInfrastructure(), buildChanged(say)]);
    if (signal.aborted) return;
    const ports = await choosePorts(settings.port, say);
    const { host } = settings;
    const endpoints = endpointsOf(ports, host);
    const env = environments({ infrastructure, secrets: openSecrets(dir), ports, dir, host });
    for (const name of serviceNames) {
      const service = new ServiceProcess({
        name,
        file: join(root, 'dist/apps', name, 'main.js'),
        env: env[name],
        management: endpoints[name].management ?? '',
        logFile: join(dir, 'logs', `${name}.log`),
        say,
        onFault: (words) =>
          this.#options.onFault(
            new LaunchError('SERVICE_FAULT', `${name} can't run like this:\n${words}`),
          ),
      });
      this.#services.set(name, service);
      service.start();
    }
    await announce({ dir, endpoints, say, signal });
  }

  /** Drains and ends everything within 10 s. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the services at once, without draining; `stop` does the rest. */
  kill(): void {
    for (const service of this.#services.values()) service.kill();
  }

  async #openInfrastructure(): Promise<Infrastructure> {
    const { settings, fresh, say } = this.#options;
    this.#infrastructure = await openInfrastructure(settings, { fresh, say });
    return this.#infrastructure;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    // Without the lock they are another mesh's.
    if (this.#unlock) removeEndpoints(this.#options.settings.dir);
    await this.#services.get('gateway')?.stop(gatewayGraceMs);
    await Promise.all([...this.#services.values()].map((service) => service.stop(serviceGraceMs)));
    await this.#infrastructure?.stop();
    this.#unlock?.();
  }
}
