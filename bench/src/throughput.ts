import { readFileSync } from 'node:fs';
import { Customer, type Update } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { withMesh } from './with-mesh.js';

const CUSTOMERS = 32;
const services: readonly string[] = ['gateway', 'order', 'inventory', 'notifications'];

/** As many orders as 32 customers, each waiting for its order to be CONFIRMED, get through in the time. */
export async function throughput(options: BenchOptions): Promise<void> {
  await withMesh(options, async (mesh) => {
    const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
    const skus = await operator.allStock();
    for (const { sku } of skus) await operator.setStock(sku, 1_000_000);
    await new Promise((rested) => setTimeout(rested, 3_000));
    const atRest = memory(mesh);
    const times: number[] = [];
    let underLoad = atRest;
    const cpuBefore = cpuSeconds(mesh);
    const from = performance.now();
    const end = from + options.seconds * 1_000;
    await Promise.all(
      Array.from({ length: CUSTOMERS }, async (_, n) => {
        const customer = await Customer.signIn(mesh.url);
        const { socket } = customer.live();
        let confirmed = (_orderId: string) => {};
        socket.on('order.updated', ({ orderId, status }: Update) => {
          if (status === 'CONFIRMED') confirmed(orderId);
        });
        await socket.emitWithAck('subscribe', { feed: 'orders' });
        while (performance.now() < end) {
          const began = performance.now();
          const decided = new Promise<string>((done) => (confirmed = done));
          await customer.place(skus[n % skus.length]?.sku ?? '', 1);
          await decided;
          times.push(performance.now() - began);
          if (n === 0) underLoad = memory(mesh);
        }
        socket.close();
      }),
    );
    const cpuAfter = cpuSeconds(mesh);
    const took = (performance.now() - from) / 1_000;
    console.log(`throughput, ${options.profile}, ${CUSTOMERS} customers, ${took.toFixed(1)} s`);
    console.log(`  ${(times.length / took).toFixed(0)} orders/s placed, confirmed and shown`);
    console.log(
      `  place → CONFIRMED p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
    );
    for (const service of services)
      console.log(
        `  ${service.padEnd(14)} ${atRest[service]} MB at rest, ${underLoad[service]} MB under load, ${((((cpuAfter[service] ?? 0) - (cpuBefore[service] ?? 0)) * 1_000) / times.length).toFixed(1)} ms of CPU an order`,
      );
  });
}

/** Resident megabytes of each service. */
function memory(mesh: Mesh): Record<string, number> {
  return Object.fromEntries(
    services.map((service) => {
      const status = readFileSync(`/proc/${mesh.pidOf(service)}/status`, 'utf8');
      return [service, Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024)];
    }),
  );
}

/** CPU seconds that each service has used so far, of its user and the kernel's time (USER_HZ is 100). */
function cpuSeconds(mesh: Mesh): Record<string, number> {
  return Object.fromEntries(
    services.map((service) => {
      const stat = readFileSync(`/proc/${mesh.pidOf(service)}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [service, (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );
}
