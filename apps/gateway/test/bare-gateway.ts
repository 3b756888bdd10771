import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Authenticator, startService, type RunningService } from '@mesh/service-kit';
import { createDatabase } from '@mesh/tools/testing';
import { io, type Socket } from 'socket.io-client';
import { edgeSchema } from '../src/config.js';
import { EdgeModule } from '../src/edge.module.js';
import { setUpHttpEdge } from '../src/inbound/http-edge.js';
import { devKey } from './dev-key.js';

/** Imports the gateway without a feature. */
@Module({ imports: [EdgeModule.serving([])] })
class BareModule {}

/** A gateway that serves nothing of its own, in this process. */
export class BareGateway {
  private constructor(
    readonly url: string,
    private readonly service: RunningService,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<BareGateway> {
    const dir = mkdtempSync(join(tmpdir(), 'mesh-bare-gateway-'));
    const database = await createDatabase('gateway');
    const secret = join(dir, 'cursor-secret');
    writeFileSync(secret, randomBytes(32));
    const service = await startService(
      BareModule,
      edgeSchema,
      { name: 'gateway', http: setUpHttpEdge },
      {
        ...{ NODE_ENV: 'test', LOG_LEVEL: 'error', MESH_LOG_URL: database.url },
        ...{ AUTH_DEV_KEY_FILE: devKey(dir), CURSOR_SECRET_FILE: secret },
      },
    );
    await service.ready();
    return new BareGateway(`http://127.0.0.1:${service.ports.http}`, service, async () => {
      await service.stop();
      await database.drop();
      rmSync(dir, { recursive: true });
    });
  }

  stop(): Promise<void> {
    return this.end();
  }

  async connect(): Promise<Socket> {
    const token = await this.service.app.get(Authenticator).sign('ann', ['customer']);
    return io(`${this.url}/live`, { transports: ['websocket'], auth: { token }, forceNew: true });
  }
}
