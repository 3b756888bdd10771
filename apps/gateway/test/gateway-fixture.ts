import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InventoryServiceService } from '@mesh/contracts/inventory';
import { OrderServiceService } from '@mesh/contracts/order';
import {
  authConfig,
  Authenticator,
  grpcConfig,
  serviceConfig,
  startService,
  type RunningService,
} from '@mesh/service-kit';
import { OrderUpdateAnnounced, StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type { EventDefinition } from '@mesh/contracts';
import type { OrderUpdate } from '@mesh/contracts/order';
import { createEvent } from '@mesh/envelope';
import { embeddedTransport } from '@mesh/messaging/embedded';
import type { Transport } from '@mesh/messaging';
import { createDatabase } from '@mesh/tools/testing';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { configSchema } from '../src/config.js';
import { GatewayModule } from '../src/gateway.module.js';
import { setUpHttpEdge } from '../src/inbound/http-edge.js';
import { calledAddresses } from '../src/testing/called-addresses.js';
import { devKey } from './dev-key.js';
import { InventoryDoubleModule } from './inventory-service.double.js';
import { OrderDoubleModule, OrderServiceDouble } from './order-service.double.js';

const doubleSchema = z.object({ ...serviceConfig, ...authConfig, ...grpcConfig });

/** The whole gateway in this process, between test doubles of the services that it calls. */
export class GatewayFixture {
  private constructor(
    readonly url: string,
    readonly orders: OrderServiceDouble,
    readonly gateway: RunningService,
    readonly doubles: { readonly order: RunningService; readonly inventory: RunningService },
    /** The private key that signs tokens, as JWK. */
    readonly devKey: object,
    private readonly transport: Transport,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<GatewayFixture> {
    const dir = mkdtempSync(join(tmpdir(), 'mesh-gateway-'));
    const database = await createDatabase('gateway');
    const common = {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'error', MESH_LOG_URL: database.url },
      AUTH_DEV_KEY_FILE: env['AUTH_DEV_KEY_FILE'] || devKey(dir),
    };
    const order = await startService(
      OrderDoubleModule,
      doubleSchema,
      { name: 'order', grpc: [OrderServiceService] },
      common,
    );
    const inventory = await startService(
      InventoryDoubleModule,
      doubleSchema,
      { name: 'inventory', grpc: [InventoryServiceService] },
      common,
    );
    const secret = join(dir, 'cursor-secret');
    writeFileSync(secret, randomBytes(32));
    const gateway = await startService(
      GatewayModule,
      configSchema,
      { name: 'gateway', http: setUpHttpEdge },
      {
        ...{ ...common, ...calledAddresses },
        ORDER_GRPC_ADDRESS: `127.0.0.1:${order.ports.grpc}`,
        INVENTORY_GRPC_ADDRESS: `127.0.0.1:${inventory.ports.grpc}`,
        CURSOR_SECRET_FILE: secret,
        WEB_ROOT: builtPage(dir),
        // A test may well be a thousand clients; those of limits set their own.
        ...{ HTTP_MAX_CONNECTIONS: '20000', HTTP_MAX_CONNECTIONS_PER_ADDRESS: '20000' },
        ...{ RATE_LIMIT_ADDRESS: '1000000/1m', RATE_LIMIT_CUSTOMER: '1000000/1m' },
        ...env,
      },
    );
    await gateway.ready();
    const transport = embeddedTransport({ url: database.url });
    const end = async () => {
      await transport.close();
      await Promise.all([gateway, order, inventory].map((service) => service.stop()));
      await database.drop();
      rmSync(dir, { recursive: true });
    };
    const url = `http://127.0.0.1:${gateway.ports.http}`;
    return new GatewayFixture(
      url,
      order.app.get(OrderServiceDouble),
      gateway,
      { order, inventory },
      JSON.parse(readFileSync(common.AUTH_DEV_KEY_FILE, 'utf8')) as object,
      transport,
      end,
    );
  }

  stop(): Promise<void> {
    return this.end();
  }

  token(customerId = `c-${crypto.randomUUID()}`, ...roles: string[]): Promise<string> {
    return this.gateway.app.get(Authenticator).sign(customerId, roles);
  }

  async call(
    method: string,
    path: string,
    { token, body, headers }: CallOptions = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  /** Places an order; its id. */
  async place(token: string): Promise<string> {
    const { body } = await this.call('POST', '/v1/orders', {
      token,
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: { lines: [{ sku: 'CUP', quantity: 2 }] },
    });
    return body.orderId;
  }

  /** Announces changes of orders as notifications does, all at once. */
  announce(...updates: readonly OrderUpdate[]): Promise<void> {
    return this.#publish(OrderUpdateAnnounced, updates);
  }

  announceStock(sku: string, available: number, version: number): Promise<void> {
    return this.#publish(StockUpdateAnnounced, [
      { sku, available, version, occurredAt: new Date() },
    ]);
  }

  async #publish<Data>(definition: EventDefinition<Data>, all: readonly Data[]): Promise<void> {
    const publisher = await this.transport.publisher();
    const { type, dataschema, stream } = definition;
    await publisher.publish(
      all.map((data) => ({
        destination: stream.name,
        key: definition.key(data),
        routingKey: definition.route!(data),
        event: createEvent({
          ...{ source: '/test', type, dataschema, datacontenttype: 'application/protobuf' },
          data: definition.schema.encode(data).finish(),
          extensions: { partitionkey: definition.key(data) },
        }),
      })),
    );
  }

  /** A socket of the live namespace, and everything that it was sent. */
  live(token: unknown): { socket: Socket; sent: [string, Sent][] } {
    const socket = io(`${this.url}/live`, {
      ...{ transports: ['websocket'], auth: { token }, reconnectionDelay: 20, forceNew: true },
    });
    const sent: [string, Sent][] = [];
    socket.onAny((event: string, message: Sent) => sent.push([event, message]));
    return { socket, sent };
  }
}

interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the gateway answers
  readonly body: any;
}

export interface Sent {
  readonly orderId: string;
  readonly version: number;
  readonly status: string;
  readonly cursor: string;
}

function builtPage(dir: string): string {
  const root = join(dir, 'web');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>The page</title>');
  writeFileSync(join(root, 'assets', 'index-abc123.js'), 'export {};');
  return root;
}
