import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';

/** socket.io with bounds: messages here are small, and whoever connects has to say who he is soon. */
export class LiveSocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly origins: readonly string[],
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      serveClient: false,
      connectTimeout: 10_000,
      maxHttpBufferSize: 16 * 1024,
      perMessageDeflate: false,
      ...(this.origins.length > 0 && { cors: { origin: [...this.origins] } }),
    } as ServerOptions);
  }
}
