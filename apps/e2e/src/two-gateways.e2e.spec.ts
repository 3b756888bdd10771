import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import { LoadBalancer } from '@mesh/tools/testing/load-balancer';
import { Mesh } from '@mesh/tools/testing/mesh';
import type { ConformanceCase } from '@mesh/tools/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WatchingBrowser } from './watching-browser.js';

const heavy = process.env['MESH_TEST_SCALE'] === 'heavy';
const browserCount = heavy ? 1_000 : 100;
const customerCount = 10;
const ordersEach = heavy ? 12 : 6;
const title =
  'a gateway killed with SIGKILL under connected clients: all come back, miss nothing, see nothing twice';

declare module 'vitest' {
  interface TaskMeta {
    conformance?: ConformanceCase;
  }
}

describe('two gateways behind a plain TCP load balancer', () => {
  let mesh: Mesh;
  let balancer: LoadBalancer;
  const browsers: WatchingBrowser[] = [];

  beforeAll(async () => {
    mesh = await Mesh.start({ replicas: 2, env: { MESH_PROFILE: 'embedded' } });
    const ports = (mesh.replicas()['gateway'] ?? []).map(({ http }) =>
      Number(new URL(http ?? '').port),
    );
    balancer = await LoadBalancer.open(ports);
  });
  afterAll(async () => {
    for (const browser of browsers) browser.close();
    balancer?.close();
    await mesh?.stop();
  });

  it(
    `rule 36: ${title}`,
    { timeout: 400_000, meta: { conformance: { rule: 36, title, transport: 'gateway' } } },
    async () => {
      const url = `http://127.0.0.1:${balancer.port}`;
      const customers = await Promise.all(
        Array.from({ length: customerCount }, () => Customer.signIn(mesh.url)),
      );
      for (let n = 0; n < browserCount; n += 1) {
        browsers.push(new WatchingBrowser(url, customers[n % customerCount]!));
      }
      const allFollow = () => browsers.every(({ following }) => following);
      await eventually('all follow', allFollow, { withinMs: 60_000 });

      const [victim] = mesh.pidsOf('gateway');
      const placed = customers.map(() => [] as string[]);
      const place = async (customer: Customer, index: number, count: number) => {
        for (let n = 0; n < count; n += 1) {
          placed[index]?.push((await customer.placeInsisting('MUG-BLUE', 1)).orderId);
        }
      };
      const placing = Promise.all(
        customers.map((customer, index) => place(customer, index, ordersEach)),
      );
      await eventually('some are placed', () => placed.every((orders) => orders.length > 1));
      process.kill(victim!, 'SIGKILL');
      await placing;
      await eventually('all follow again', allFollow, {
        withinMs: 120_000,
        explain: () => `${browsers.filter(({ following }) => !following).length} do not`,
      });
      await Promise.all(customers.map((customer, index) => place(customer, index, 1)));

      const owed = placed.map((orders) => orders.flatMap((id) => [`${id} 1`, `${id} 2`]).sort());
      const lacking = () =>
        browsers.filter((one, n) => one.seen.length < owed[n % customerCount]!.length).length;
      await eventually('all have seen all', () => lacking() === 0, {
        withinMs: 120_000,
        explain: () => `${lacking()} browsers lack something`,
      });
      browsers.forEach((browser, n) => {
        expect([...browser.seen].sort()).toEqual(owed[n % customerCount]);
        expect(browser.resyncs).toEqual([]);
      });
      const cameBack = browsers.filter(({ connections }) => connections > 1).length;
      expect(cameBack).toBeGreaterThanOrEqual(browserCount / 2 - 1);
    },
  );
});
