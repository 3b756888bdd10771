import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Mesh, readSettings, type Replica } from '@mesh/tools/launcher';
import { eventually } from '@mesh/tools/testing/eventually';
import { LoadBalancer } from '@mesh/tools/testing/load-balancer';

/** How long a cluster's nodes may go on sending to a pod that is told to end. */
const endpointsLagMs = 300;
/** The pod's preStop: longer than that. */
const preStopMs = 700;

const portOf = ({ endpoints }: Replica) => Number(new URL(endpoints['http'] ?? '').port);

/** Two replicas of each service as processes, with the gateways behind a balancer as a Service is. */
export class ReplicatedMesh {
  readonly said: string[] = [];
  #balancer: LoadBalancer | undefined;
  readonly #mesh: Mesh;

  private constructor(private readonly dir: string) {
    this.#mesh = new Mesh({
      settings: readSettings({ MESH_DIR: dir, PORT: '0', OTEL_SDK_DISABLED: 'true' }, '2'),
      fresh: false,
      say: (line) => this.said.push(line),
      onFault: (error) => this.said.push(error.message),
    });
  }

  /** Fulfilled when an order would succeed at every replica. */
  static async start(): Promise<ReplicatedMesh> {
    const mesh = new ReplicatedMesh(mkdtempSync(join(tmpdir(), 'mesh-rolling-')));
    await mesh.#mesh.start();
    const gateways = mesh.replicas.filter(({ service }) => service === 'gateway');
    mesh.#balancer = await LoadBalancer.open(gateways.map(portOf));
    return mesh;
  }

  get replicas(): readonly Replica[] {
    return this.#mesh.replicas;
  }

  /** Of the balancer. */
  get url(): string {
    return `http://127.0.0.1:${this.#balancer?.port}`;
  }

  /** Ends a replica as a pod is ended, and waits until its successor is ready. @returns how it ended */
  async replace(name: string): Promise<string> {
    const { pid } = this.#find(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    await this.#withdraw(name);
    process.kill(pid, 'SIGTERM');
    const ended = await eventually(
      `${name} ended`,
      () => this.said.findLast((line) => line.startsWith(`${name} ended (`)),
      { withinMs: 15_000 },
    );
    this.said.splice(this.said.indexOf(ended), 1);
    await eventually(`${name} is there again`, () => this.#isReady(name), { withinMs: 60_000 });
    this.#admit(name);
    return /\((.*?)\)/.exec(ended)?.[1] ?? ended;
  }

  /** Ends a replica for good. */
  async scaleDown(name: string): Promise<void> {
    await this.#withdraw(name);
    await this.#mesh.retire(name);
  }

  async stop(): Promise<void> {
    this.#balancer?.close();
    await this.#mesh.stop();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The pod is told to end: its endpoint goes a little later, and SIGTERM comes when preStop is over. */
  async #withdraw(name: string): Promise<void> {
    const replica = this.#find(name);
    const preStop = pause(preStopMs);
    await pause(endpointsLagMs);
    if (replica.service === 'gateway') this.#balancer?.withdraw(portOf(replica));
    await preStop;
  }

  #admit(name: string): void {
    const replica = this.#find(name);
    if (replica.service === 'gateway') this.#balancer?.admit(portOf(replica));
  }

  async #isReady(name: string): Promise<boolean> {
    const { endpoints } = this.#find(name);
    const answer = await fetch(`${endpoints['management']}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  }

  #find(name: string): Replica {
    const found = this.replicas.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no ${name}`);
    return found;
  }
}
