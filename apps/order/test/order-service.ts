import type { EventDefinition } from '@mesh/contracts';
import { findEvent } from '@mesh/contracts/catalog';
import { OrderServiceService } from '@mesh/contracts/order';
import { createEvent } from '@mesh/envelope';
import type { Transport } from '@mesh/messaging';
import { embeddedTransport } from '@mesh/messaging/embedded';
import {
  Authenticator,
  grpcClient,
  type GrpcClient,
  type RunningService,
  startService,
} from '@mesh/service-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@mesh/tools/testing';
import { configSchema } from '../src/config.js';
import { OrderModule } from '../src/order.module.js';
import { FakeInventory } from './fake-inventory.js';

/** An event as it left the service. */
export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly key: string | null;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

export type OrderClient = GrpcClient<typeof OrderServiceService>;

/** The order service on databases of its own, with a fake inventory and a log that the test reads and writes. */
export interface OrderServiceFixture {
  readonly inventory: FakeInventory;
  /** Its own database. */
  readonly databaseUrl: string;
  /** The log that it publishes to. */
  readonly logUrl: string;
  /** Everything that the service has published, in the order of arrival. */
  readonly events: readonly SentEvent[];
  /** A client for a customer, of the given replica. */
  as(customerId: string, replica?: RunningService): Promise<OrderClient>;
  /** Publishes an event of another service; returns its id. Given an id, publishes that one again. */
  send<Data>(definition: EventDefinition<Data>, data: Data, id?: string): Promise<string>;
  /** Starts one more replica. */
  replica(env?: Record<string, string>): Promise<RunningService>;
  stop(replica: RunningService): Promise<void>;
  close(): Promise<void>;
}

export async function startOrderService(): Promise<OrderServiceFixture> {
  const [database, log] = await Promise.all([createDatabase('order'), createDatabase('log')]);
  const folder = await mkdtemp(join(tmpdir(), 'order-test-'));
  const keyFile = join(folder, 'key.json');
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  await writeFile(keyFile, JSON.stringify(await exportJWK(privateKey)));
  const inventory = new FakeInventory();
  await inventory.start();

  const replicas = new Set<RunningService>();
  const clients: OrderClient[] = [];
  const replica = async (env: Record<string, string> = {}): Promise<RunningService> => {
    const options = { name: 'order', grpc: [OrderServiceService] };
    const service = await startService(OrderModule, configSchema, options, {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'warn', AUTH_DEV_KEY_FILE: keyFile },
      ...{ DATABASE_URL: database.url, MESH_LOG_URL: log.url },
      ...{ INVENTORY_GRPC_ADDRESS: inventory.address, ...env },
    });
    replicas.add(service);
    await service.ready();
    return service;
  };
  const stop = async (service: RunningService): Promise<void> => {
    replicas.delete(service);
    await service.stop();
  };
  const first = await replica();

  const transport = embeddedTransport({ url: log.url });
  const events: SentEvent[] = [];
  await collect(transport, events);
  return {
    ...{ inventory, events, replica, stop, databaseUrl: database.url, logUrl: log.url },
    async as(customerId, of = first) {
      const token = await first.app.get(Authenticator).sign(customerId);
      const client = grpcClient(OrderServiceService, { address: `127.0.0.1:${of.ports.grpc}` });
      clients.push(client);
      return withToken(client, token);
    },
    async send(definition, data, id) {
      const publisher = await transport.publisher();
      const key = definition.key(data);
      const event = createEvent({
        ...(id !== undefined && { id }),
        ...{ source: '/inventory', type: definition.type, subject: key },
        ...{ datacontenttype: 'application/protobuf', dataschema: definition.dataschema },
        extensions: { partitionkey: key },
        data: definition.schema.encode(data).finish(),
      });
      await publisher.publish([{ destination: definition.stream.name, key, event }]);
      return event.id;
    },
    async close() {
      clients.forEach((client) => client.close());
      await Promise.all([...replicas].map(stop));
      await transport.close();
      inventory.stop();
      await Promise.all([database.drop(), log.drop(), rm(folder, { recursive: true })]);
    },
  };
}

async function collect(transport: Transport, events: SentEvent[]): Promise<void> {
  const options = { source: 'mesh.order.v1', group: 'test', from: 'start' } as const;
  const subscription = await transport.subscribe(options, async (delivery) => {
    const { id, type, source, extensions, data } = delivery.event();
    const decoded = findEvent(type)?.schema.decode(data ?? new Uint8Array());
    const { key } = delivery;
    events.push({ ...{ id, type, source, key, extensions }, data: decoded as SentEvent['data'] });
  });
  await subscription.ready;
}

/** The client with the token in each call that brings none. */
function withToken(client: OrderClient, token: string): OrderClient {
  const entries = Object.entries(client).map(([name, method]) => [
    name,
    name === 'close'
      ? method
      : (request: never, options = {}) =>
          (method as (request: never, options: object) => unknown)(request, { token, ...options }),
  ]);
  return Object.fromEntries(entries) as OrderClient;
}
