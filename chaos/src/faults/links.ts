import type { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import type { FaultKind } from './fault.js';
import { lasting } from './lasting.js';

/** What happens on the way between a process and its servers, other services, or browsers. */
export const linkFaults: readonly FaultKind[] = [
  link('reset connections', 4, (proxy) => proxy.reset(), 0),
  link('slow connections', 2, (proxy, ms) => proxy.delay(ms / 20), 4_000),
  link('hold what is sent', 2, (proxy) => proxy.hold(), 3_000),
  link('swallow what is sent', 2, (proxy) => proxy.blackHole(), 3_000),
  link('half-open connections', 1, (proxy) => proxy.blackHole({ spareNew: true }), 4_000),
  link(
    'refuse connections',
    2,
    (proxy) => {
      proxy.refuse();
      proxy.reset();
    },
    3_000,
  ),
];

function link(
  kind: string,
  weight: number,
  make: (proxy: TcpProxy, forMs: number) => void,
  longestMs: number,
): FaultKind {
  return {
    kind,
    weight,
    draw: (mesh, random) => {
      const { name, proxy } = random.pick(mesh.links.all);
      const forMs = longestMs === 0 ? 0 : random.between(longestMs / 10, longestMs);
      return {
        target: name,
        how: forMs === 0 ? '' : `for ${forMs} ms`,
        strike: async (signal) => {
          make(proxy, forMs);
          if (forMs > 0) {
            await lasting(forMs, signal);
            await proxy.heal();
          }
          return performance.now();
        },
      };
    },
  };
}
