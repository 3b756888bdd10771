import type { Random } from '@mesh/messaging/testing/random';
import type { DatabaseName } from '../mesh/chaos-mesh.js';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import type { Fault, FaultKind } from './fault.js';
import { HeldTable } from './held-table.js';
import { lasting, sendSignal } from './lasting.js';
import { pidOf } from './processes.js';

/** A place on the way of an event: the table that is written next. */
interface Step {
  readonly table: string;
  /** Whose tables; undefined for the service's own. */
  readonly database?: DatabaseName;
}

/** What a handler or a call did is done, its events are next, and the commit. */
const commit: Step = { table: 'mesh_outbox.key_number' };
/** Events are in their stream, and the outbox does not know it. */
const mark: Step = { table: 'mesh_outbox.cursor' };
/** Events are handled, and the log does not know it. */
const ack: Step = { table: 'mesh_log.cursor', database: 'log' };

/** Until work comes to the step. */
const PATIENCE_MS = 4_000;
/** Leases of the log and of the relay last for five seconds; sessions of Kafka, in a run, for three. */
const LEASE_MS = 5_500;
const LONGEST_PAUSE_MS = 9_000;

/** Faults that wait until work is where they hurt it most. */
export const aimedFaults: readonly FaultKind[] = [
  { kind: 'SIGKILL before a commit', weight: 2, draw: killingAt(commit) },
  { kind: 'SIGKILL before the relay marks', weight: 1, draw: killingAt(mark) },
  {
    kind: 'SIGKILL before an ack',
    weight: 1,
    // A broker keeps its offsets where no lock of ours reaches.
    isOf: ({ servers }) => servers.all.every(({ name }) => name === 'database'),
    draw: killingAt(ack),
  },
  { kind: 'pause before a commit past the lease', weight: 1, draw: pausing },
];

type Drawn = Omit<Fault, 'kind'>;

function killingAt({ table, database }: Step): FaultKind['draw'] {
  return (mesh, random) => {
    const service = serviceOf(mesh, random);
    const all = random.chance(0.3);
    const moreMs = random.between(300, 1_000);
    const tie = random.next();
    return {
      target: service,
      how: all ? 'both replicas' : 'the busier replica',
      strike: async (signal) => {
        const replicas = () => replicasOf(mesh, service);
        const held = await HeldTable.hold(mesh.databases[database ?? service], table);
        try {
          await held?.untilWaiting(
            () => replicas().flatMap(({ ports }) => ports),
            PATIENCE_MS,
            signal,
          );
          // What comes meanwhile piles up behind.
          await lasting(moreMs, signal);
          const guilty = all ? replicas() : [await busiest(held, replicas(), tie)];
          for (const { name } of guilty) sendSignal(pidOf(mesh, name), 'SIGKILL');
          // The server would go on with what they had sent.
          await held?.end(await held.waiting(guilty.flatMap(({ ports }) => ports)));
          await held?.letGo();
        } finally {
          await held?.close();
        }
        return performance.now();
      },
    };
  };
}

/**
 * One process stands still with transactions open while its group is taken over, and goes on when its
 * successor has come to the same events.
 */
function pausing(mesh: FaultyMesh, random: Random): Drawn {
  const service = serviceOf(mesh, random);
  const moreMs = random.between(300, 1_000);
  const tie = random.next();
  return {
    target: service,
    how: 'the busier replica',
    strike: async (signal) => {
      const replicas = () => replicasOf(mesh, service);
      const held = await HeldTable.hold(mesh.databases[service], commit.table);
      try {
        await held?.untilWaiting(
          () => replicas().flatMap(({ ports }) => ports),
          PATIENCE_MS,
          signal,
        );
        await lasting(moreMs, signal);
        const { name, ports } = await busiest(held, replicas(), tie);
        const pid = pidOf(mesh, name);
        const stopped = sendSignal(pid, 'SIGSTOP');
        await held?.letGo();
        if (stopped) {
          await lasting(LEASE_MS, signal);
          await held?.untilBehind(ports, LONGEST_PAUSE_MS - LEASE_MS, signal);
          await lasting(moreMs, signal);
        }
        // Another fault may have killed it meanwhile: then its pid is nobody's, or of one that runs.
        if (pid === pidOf(mesh, name)) sendSignal(pid, 'SIGCONT');
      } finally {
        await held?.close();
      }
      return performance.now();
    },
  };
}

type ServiceWithData = Exclude<DatabaseName, 'log'>;

interface Aim {
  readonly name: string;
  /** Of its sessions, as the database sees them. */
  readonly ports: readonly number[];
}

function serviceOf(mesh: FaultyMesh, random: Random): ServiceWithData {
  const names = mesh.replicas.map(({ service }) => service);
  const own = (['order', 'inventory', 'notifications'] as const).filter((name) =>
    names.includes(name),
  );
  return random.pick(own);
}

function replicasOf({ replicas, links }: FaultyMesh, service: string): readonly Aim[] {
  return replicas
    .filter((one) => one.service === service)
    .map(({ name }) => {
      const link = links.all.find((one) => one.name === `${name} to database`);
      return { name, ports: link?.proxy.clientPorts ?? [] };
    });
}

/** Who has most waiting; of those who have as much the one that `tie`, from 0 to below 1, tells. */
async function busiest(
  held: HeldTable | undefined,
  aims: readonly Aim[],
  tie: number,
): Promise<Aim> {
  const counts = await Promise.all(
    aims.map(async (aim) => ({ aim, count: (await held?.waiting(aim.ports))?.length ?? 0 })),
  );
  const most = Math.max(...counts.map(({ count }) => count));
  const equal = counts.filter(({ count }) => count === most);
  return equal[Math.floor(tie * equal.length)]!.aim;
}
