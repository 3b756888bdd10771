import { Module, type DynamicModule } from '@nestjs/common';

/** Injects the service's outbox (class Outbox of @mesh/outbox). */
export const OUTBOX = Symbol('OUTBOX');

export interface MessagingOptions {
  /** The consumer group of handlers that name none; the service's name. */
  readonly group: string;
  /** Whether the service appends events; needs DatabaseModule. */
  readonly outbox: boolean;
}

/** Sends what the service appends to its outbox, and hands events to its `@EventHandler` methods. */
@Module({})
export class MessagingModule {
  static register(_options: MessagingOptions): DynamicModule {
    return { module: MessagingModule, global: true, providers: [], exports: [] };
  }
}
