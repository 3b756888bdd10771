import { nextFreePort } from '../processes/next-free-port.js';
import { freePorts } from '../servers/free-ports.js';
import { edgeOf, type Service } from '../services/index.js';
import { portsOf, type Ports, type ServicePorts } from './services.js';

export interface WantedPorts {
  readonly services: readonly Service[];
  /** Of the first replica of the edge; 0 takes any. */
  readonly port: number;
  readonly replicas: number;
  readonly say: (line: string) => void;
}

/**
 * Ports for so many replicas of every service, the first one's first. Its edge gets the wanted port or the
 * next free one, everything else any free port.
 */
export async function choosePorts({
  services,
  port: wanted,
  replicas,
  say,
}: WantedPorts): Promise<[ServicePorts, ...ServicePorts[]]> {
  const http = wanted === 0 ? undefined : await nextFreePort(wanted);
  if (http !== undefined && http !== wanted) say(`Port ${wanted} is taken; using ${http}`);
  const kinds = services.map((service) => [service.name, kindsOf(service)] as const);
  const free = await freePorts(kinds.flatMap(([, each]) => each).length * replicas);
  const next = () => free.shift() ?? 0;
  const [first, ...others] = Array.from({ length: replicas }, () =>
    Object.fromEntries(
      kinds.map(([name, each]) => [
        name,
        Object.fromEntries(each.map((kind) => [kind, next()])) as unknown as Ports,
      ]),
    ),
  );
  if (first === undefined) throw new RangeError(`No replica, of ${replicas}`);
  if (http === undefined) return [first, ...others];
  const { name } = edgeOf(services);
  return [{ ...first, [name]: { ...portsOf(first, name), http } }, ...others];
}

function kindsOf({ grpc, http }: Service): readonly (keyof Ports)[] {
  return [...(grpc ? ['grpc' as const] : []), ...(http ? ['http' as const] : []), 'management'];
}
