import { nextFreePort } from '../processes/next-free-port.js';
import { freePorts } from '../servers/free-ports.js';
import type { ServicePorts } from './services.js';

/** The gateway gets the wanted port or the next free one, everything else any free port. */
export async function choosePorts(
  wanted: number,
  say: (line: string) => void,
): Promise<ServicePorts> {
  const http = wanted === 0 ? undefined : await nextFreePort(wanted);
  if (http !== undefined && http !== wanted) say(`Port ${wanted} is taken; using ${http}`);
  const [a, b, c, d, e, f, g] = (await freePorts(7)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    order: { grpc: a, management: b },
    inventory: { grpc: c, management: d },
    notifications: { management: e },
    gateway: { http: http ?? g, management: f },
  };
}
