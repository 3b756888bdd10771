import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import {
  authConfig,
  grpcAddress,
  grpcConfig,
  serviceConfig,
  startService,
  type ServiceOptions,
} from '@mesh/service-kit';
import { startWholeService } from '@mesh/service-kit/testing/whole-service';
import { io } from 'socket.io-client';
import { z } from 'zod';
import { edgeSchema } from '../src/config.js';
import { EdgeModule } from '../src/edge.module.js';
import type { Feature } from '../src/feature.js';
import { setUpHttpEdge } from '../src/inbound/http-edge.js';
import { devKey } from './dev-key.js';

/** A service that the feature calls, and who answers in its place. */
export interface Called {
  readonly name: string;
  /** The methods that the double has. */
  readonly grpc: NonNullable<ServiceOptions['grpc']>[number];
  readonly double: Type;
}

const doubleSchema = z.object({ ...serviceConfig, ...authConfig, ...grpcConfig });

/** A gateway that serves one feature, in this process, and a double of the service that it calls. */
export async function serveFeature(feature: Feature, { name, grpc, double }: Called) {
  const dir = mkdtempSync(join(tmpdir(), 'mesh-served-feature-'));
  const secret = join(dir, 'cursor-secret');
  writeFileSync(secret, randomBytes(32));
  const key = { AUTH_DEV_KEY_FILE: devKey(dir) };
  const service = await startService(
    moduleOf({ controllers: [double] }),
    doubleSchema,
    { name, grpc: [grpc] },
    { ...key, NODE_ENV: 'test', LOG_LEVEL: 'error' },
  );
  await service.ready();
  const variable = `${name.replaceAll('-', '_').toUpperCase()}_GRPC_ADDRESS`;
  const gateway = await startWholeService(
    moduleOf({ imports: [EdgeModule.serving([feature])] }),
    edgeSchema.extend({ [variable]: grpcAddress() }),
    {
      ...{ name: 'gateway', http: setUpHttpEdge },
      env: {
        ...{ ...key, CURSOR_SECRET_FILE: secret },
        [variable]: `127.0.0.1:${service.ports.grpc}`,
      },
    },
  );
  const url = `http://127.0.0.1:${gateway.service.ports.http}`;
  return {
    ...{ url, probe: gateway.probe, token: gateway.token },
    /** A socket of the customer that follows the feature's states, and all that it was sent since. */
    async follow(customerId: string, versions?: Readonly<Record<string, number>>) {
      const auth = { token: await gateway.token(customerId) };
      const socket = io(`${url}/live`, { transports: ['websocket'], auth, forceNew: true });
      const sent: (readonly [string, unknown])[] = [];
      socket.onAny((event: string, message: unknown) => sent.push([event, message]));
      const asked = { feed: feature.states?.feed, ...(versions && { versions }) };
      const ack: unknown = await socket.timeout(10_000).emitWithAck('subscribe', asked);
      if (JSON.stringify(ack) !== '{"ok":true}') throw new Error(JSON.stringify(ack));
      return { sent, close: () => void socket.close() };
    },
    async stop(): Promise<void> {
      await gateway.stop();
      await service.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

export type ServedFeature = Awaited<ReturnType<typeof serveFeature>>;

function moduleOf(parts: Parameters<typeof Module>[0]): Type {
  class ServedModule {}
  Module(parts)(ServedModule);
  return ServedModule;
}
