import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReplicatedMesh } from './rolling/replicated-mesh.js';
import { SteadyLoad } from './rolling/steady-load.js';
import { WatchingBrowser } from './watching-browser.js';

/** 0: every replica is replaced once. */
const minutes = Number(process.env['MESH_ROLLING_MINUTES'] ?? 0);
const heavy = minutes > 0;
const customerCount = heavy ? 16 : 6;
const browsersEach = 2;
const pauseMs = heavy ? 20 : 60;
const sku = 'MUG-BLUE';

/** All at once, as when a new version of all is applied; of each, one replica after the other. */
const services = ['inventory', 'notifications', 'order', 'gateway'];

describe('a rolling update under load', () => {
  let mesh: ReplicatedMesh;
  const browsers: WatchingBrowser[] = [];
  beforeAll(async () => {
    mesh = await ReplicatedMesh.start();
  });
  afterAll(async () => {
    for (const browser of browsers) browser.close();
    await mesh?.stop();
  });

  it(
    'given two replicas of each service, when each is replaced and one then taken away, then no request fails and nothing is lost',
    { timeout: 240_000 + minutes * 60_000 },
    async () => {
      const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
      await operator.setStock(sku, 1_000_000);
      const customers = await Promise.all(
        Array.from({ length: customerCount }, () => Customer.signIn(mesh.url)),
      );
      for (const customer of customers)
        for (let n = 0; n < browsersEach; n += 1)
          browsers.push(new WatchingBrowser(mesh.url, customer));
      await eventually('all follow', () => browsers.every(({ following }) => following));

      const load = new SteadyLoad(customers, { url: mesh.url, sku, pauseMs });
      const until = performance.now() + minutes * 60_000;
      const ends: string[] = [];
      do {
        for (const suffix of ['', '-2'])
          ends.push(...(await Promise.all(services.map((name) => mesh.replace(name + suffix)))));
      } while (performance.now() < until);
      await Promise.all(services.map((name) => mesh.scaleDown(`${name}-2`)));
      const before = load.count;
      await eventually('one of each is enough', () => load.count > before + customerCount);
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(new Set(ends)).toEqual(new Set(['code 0']));
      const owed = customers.map((customer) =>
        (load.orders.get(customer) ?? []).flatMap((id) => [`${id} 1`, `${id} 2`]).sort(),
      );
      const lacking = () =>
        browsers.filter(({ seen }, n) => seen.length < owed[Math.floor(n / browsersEach)]!.length);
      await eventually('all have seen all', () => lacking().length === 0, {
        withinMs: 60_000,
        explain: () => `${lacking().length} of ${browsers.length} browsers lack something`,
      });
      browsers.forEach(({ seen, resyncs }, n) => {
        expect([...seen].sort()).toEqual(owed[Math.floor(n / browsersEach)]);
        expect(resyncs).toEqual([]);
      });
      const [customer] = customers;
      const ids = load.orders.get(customer!) ?? [];
      const states = await Promise.all(ids.map(async (id) => (await customer!.order(id)).status));
      expect(new Set(states)).toEqual(new Set(['CONFIRMED']));
      console.log(`${load.count} orders, ${ends.length} replacements, no request failed`);
    },
  );
});
