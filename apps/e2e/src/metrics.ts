import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { format, resolveConfig } from 'prettier';
import type { DescribedMetric } from '@mesh/tracing';
import { root } from '@mesh/tools/root';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { catalogOf, catalogPage, namesOf, type CatalogedMetric } from './metric-catalog.js';

const reference = join(root, 'docs/reference');
const services = ['gateway', 'inventory', 'notifications', 'order'] as const;

const handled = ['mesh_event_handler_duration_seconds_count{', 'mesh_event_deliveries_total{'];
const kept = ['mesh_database_size_bytes ', 'mesh_database_connections_limit{'];
const relayed = ['mesh_outbox_published_total ', 'mesh_outbox_delay_seconds_count '];
const published = ['mesh_publish_messages_total{transport="embedded",result="confirmed"}'];
/** Beginnings of lines that an order and who watches it leave with more than 0. */
const moved: Readonly<Record<(typeof services)[number], readonly string[]>> = {
  gateway: [
    'mesh_http_server_duration_seconds_count{method="POST",route="/v1/orders",status="201"}',
    'mesh_grpc_client_duration_seconds_count{method="/mesh.order.v1.OrderService/PlaceOrder",code="OK"}',
    'mesh_live_update_delay_seconds_count ',
    'mesh_live_sent_total{event="order.updated"}',
    'mesh_event_deliveries_total{',
    'mesh_broker_connected{transport="embedded"} 1',
  ],
  order: [
    'mesh_grpc_server_duration_seconds_count{method="/mesh.order.v1.OrderService/PlaceOrder",code="OK"}',
    ...[...handled, ...kept, ...relayed, ...published],
  ],
  inventory: [...handled, ...kept, ...relayed, ...published, 'mesh_events_in_flight_limit{'],
  notifications: [...handled, ...kept, ...relayed, ...published],
};

/** What the reference promises of metrics, asked from running services. */
export function metricCases(running: () => Mesh): void {
  const ask = async (service: string, path: string) => {
    const answer = await fetch(`${running().endpoints()[service]?.['management']}${path}`);
    expect(answer.status).toBe(200);
    return answer;
  };
  const registered = async (service: string) =>
    (await (await ask(service, '/metrics/catalog')).json()) as DescribedMetric[];

  it('given running services, then the catalog of metrics is what they register', async () => {
    const entries = services.map(async (one) => [one, await registered(one)] as const);
    const catalog = catalogOf(Object.fromEntries(await Promise.all(entries)), known());
    const page = join(reference, 'metrics.md');
    await expect(await pretty(page, catalogPage(catalog))).toMatchFileSnapshot(page);
    const list = join(reference, 'metrics.json');
    await expect(await pretty(list, JSON.stringify(catalog))).toMatchFileSnapshot(list);
  });

  it('given an order that a browser watches, then each part of its way is measured', async () => {
    const operator = await Customer.signIn(running().url, { roles: ['operator'] });
    await operator.setStock('MUG-BLUE', 10);
    const customer = await Customer.signIn(running().url);
    const { socket, updates } = customer.live();
    await socket.emitWithAck('subscribe', { feed: 'orders' });
    await customer.place('MUG-BLUE', 1);
    await eventually('both updates', () => updates.length >= 2);
    socket.close();
    for (const [service, lines] of Object.entries(moved))
      for (const line of lines)
        await eventually(`${line} at ${service}`, async () => {
          const text = await (await ask(service, '/metrics')).text();
          return text.split('\n').some((one) => one.startsWith(line) && !one.endsWith(' 0'));
        });
  });

  it.each(services)(
    'given a scrape of %s, then it has what the catalog promises',
    async (service) => {
      const text = await (await ask(service, '/metrics')).text();
      const seen = [...text.matchAll(/^# TYPE (mesh_\w+) (\w+)$/gm)].map(([, ...told]) => told);
      const promised = known()
        .filter(
          ({ name, services }) => name.startsWith('mesh_') && namesOf(services).includes(service),
        )
        .map(({ name, type }) => [name, type]);
      expect(promised.length).toBeGreaterThan(20);
      expect(seen.sort()).toEqual(promised);
    },
  );
}

function known(): readonly CatalogedMetric[] {
  return JSON.parse(readFileSync(join(reference, 'metrics.json'), 'utf8')) as CatalogedMetric[];
}

async function pretty(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
