import { nextFreePort } from '../processes/next-free-port.js';
import { freePorts } from '../servers/free-ports.js';
import type { ServicePorts } from './services.js';

/** Of one replica of every service. */
const portsEach = 7;

/**
 * Ports for so many replicas of every service, the first one's first. Its gateway gets the wanted port or the
 * next free one, everything else any free port.
 */
export async function choosePorts(
  wanted: number,
  replicas: number,
  say: (line: string) => void,
): Promise<[ServicePorts, ...ServicePorts[]]> {
  const http = wanted === 0 ? undefined : await nextFreePort(wanted);
  if (http !== undefined && http !== wanted) say(`Port ${wanted} is taken; using ${http}`);
  const free = await freePorts(portsEach * replicas);
  const [first, ...others] = Array.from({ length: replicas }, (_, index) =>
    portsOf(free.slice(index * portsEach, (index + 1) * portsEach)),
  );
  if (first === undefined) throw new RangeError(`No replica, of ${replicas}`);
  const { gateway } = first;
  return [{ ...first, gateway: { ...gateway, http: http ?? gateway.http } }, ...others];
}

function portsOf(free: readonly number[]): ServicePorts {
  const [a, b, c, d, e, f, g] = free as [number, number, number, number, number, number, number];
  return {
    order: { grpc: a, management: b },
    inventory: { grpc: c, management: d },
    notifications: { management: e },
    gateway: { http: g, management: f },
  };
}
