import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type { OrderUpdate } from '@mesh/contracts/order';
import { createEvent } from '@mesh/envelope';
import { embeddedTransport } from '@mesh/messaging/embedded';
import type { Publisher } from '@mesh/messaging';
import { Authenticator } from '@mesh/service-kit';
import { nodeOptionsOf } from '@mesh/tools/bundle';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';
import { freePorts } from '@mesh/tools/servers/free-ports';
import { MeasuredProcess } from './measured-process.js';
import type { OrderService } from './order-service.js';
import type { Servers } from '../servers.js';

/** The built gateway in a process of its own, between an order service without a database and the embedded log. */
export class Gateway {
  private constructor(
    readonly url: string,
    /** What tokens are signed with. */
    readonly keyFile: string,
    readonly orders: OrderService,
    private readonly authenticator: Authenticator,
    private readonly publisher: Publisher,
    private readonly run: () => Promise<MeasuredProcess>,
    public process: MeasuredProcess,
  ) {}

  static async start(servers: Servers, orders: OrderService): Promise<Gateway> {
    const build = join(root, 'tools/build.mjs');
    const { code, output } = await runProgram(process.execPath, [build, '--if-changed', 'gateway']);
    if (code !== 0) throw new Error(`The gateway could not be built:\n${output}`);
    const dir = mkdtempSync(join(tmpdir(), 'mesh-bench-gateway-'));
    const key = join(dir, 'key.json');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(key, JSON.stringify(privateKey.export({ format: 'jwk' })));
    const secret = join(dir, 'secret');
    writeFileSync(secret, randomBytes(32));
    const log = await servers.database(`log_${randomBytes(4).toString('hex')}`);
    const [port, management] = await freePorts(2);
    const url = `http://127.0.0.1:${port}`;
    const env = {
      ...{ NODE_ENV: 'development', MESH_PROFILE: 'embedded', LOG_LEVEL: 'error' },
      OTEL_SDK_DISABLED: 'true',
      ...{ PORT: String(port), MANAGEMENT_PORT: String(management), MESH_LOG_URL: log },
      ...{ AUTH_DEV_KEY_FILE: key, CURSOR_SECRET_FILE: secret },
      ...{ ORDER_GRPC_ADDRESS: orders.address, INVENTORY_GRPC_ADDRESS: orders.address },
      ...unlimited,
    };
    const run = async () => {
      const started = new MeasuredProcess({
        args: [...nodeOptionsOf('gateway'), join(root, 'dist/apps/gateway/main.js')],
        env,
      });
      await ready(`http://127.0.0.1:${management}/health/ready`, started);
      return started;
    };
    const first = await run();
    const transport = embeddedTransport({ url: log });
    const authenticator = new Authenticator({
      ...{ NODE_ENV: 'development', AUTH_DEV_KEY_FILE: key, AUTH_AUDIENCE: 'mesh' },
    });
    const gateway = new Gateway(
      ...([url, key, orders, authenticator, await transport.publisher(), run, first] as const),
    );
    servers.before(async () => {
      await gateway.process.kill();
      await transport.close();
      orders.stop();
      rmSync(dir, { recursive: true, force: true });
    });
    return gateway;
  }

  token(customerId: string): Promise<string> {
    return this.authenticator.sign(customerId);
  }

  /** Tells the gateway of changes, as notifications does. */
  async announce(updates: readonly OrderUpdate[]): Promise<void> {
    const { type, dataschema, stream, schema, key, route } = OrderUpdateAnnounced;
    await this.publisher.publish(
      updates.map((data) => ({
        ...{ destination: stream.name, key: key(data), routingKey: route?.(data) ?? '' },
        event: createEvent({
          ...{ source: '/bench', type, dataschema, datacontenttype: 'application/protobuf' },
          data: schema.encode(data).finish(),
          extensions: { partitionkey: key(data) },
        }),
      })),
    );
  }

  kill(): Promise<void> {
    return this.process.kill();
  }

  async startAgain(): Promise<void> {
    this.process = await this.run();
  }
}

/** Everybody comes from one address here. */
export const unlimited = {
  ...{ LIVE_MAX_PER_CUSTOMER: '100000', LIVE_MAX_PER_ADDRESS: '100000' },
  LIVE_MAX_UNAUTHENTICATED: '100000',
  ...{ HTTP_MAX_CONNECTIONS: '100000', HTTP_MAX_CONNECTIONS_PER_ADDRESS: '100000' },
  ...{ RATE_LIMIT_ADDRESS: '1000000/1s', RATE_LIMIT_CUSTOMER: '1000000/1s' },
};

async function ready(url: string, process: MeasuredProcess): Promise<void> {
  const ended = process.told('never');
  for (;;) {
    const asked = fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (await Promise.race([asked, ended])) return;
    await new Promise((again) => setTimeout(again, 50));
  }
}
