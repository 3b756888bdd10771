import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { RateLimits } from '../use-cases/rate-limits.js';
import { limitPolling } from './limits/limit-polling.js';
import { answerBadHandshakes } from './live-handshakes.js';
import type { LiveConfig } from './live-config.js';

/** After the gateway has dismissed who does not say who he is, with a code. */
const lastResortMs = 1_000;

/** socket.io with bounds: messages here are small, and whoever connects has to say who he is soon. */
export class LiveSocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: LiveConfig & {
      readonly CORS_ORIGINS: readonly string[];
      readonly TRUST_PROXY?: string | undefined;
    },
    private readonly limits: RateLimits,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { config } = this;
    const server = super.createIOServer(port, {
      ...options,
      serveClient: false,
      connectTimeout: config.LIVE_AUTH_TIMEOUT + lastResortMs,
      maxHttpBufferSize: config.LIVE_MAX_MESSAGE_BYTES,
      perMessageDeflate: config.LIVE_COMPRESSION === 'on' && { threshold: 0 },
      httpCompression: config.LIVE_COMPRESSION === 'on',
      ...(config.CORS_ORIGINS.length > 0 && { cors: { origin: [...config.CORS_ORIGINS] } }),
    } as ServerOptions) as Server;
    server.engine.use(limitPolling(this.limits, config.TRUST_PROXY));
    answerBadHandshakes(server);
    return server;
  }

  /** Without handlers, what would end them costs each socket as much as its state. */
  override bindMessageHandlers(
    ...[socket, handlers, transform]: Parameters<IoAdapter['bindMessageHandlers']>
  ): void {
    if (handlers.length > 0) super.bindMessageHandlers(socket, handlers, transform);
  }
}
