import { Module } from '@nestjs/common';
import { OrderRejected } from '@mesh/contracts/catalog/order';
import { EventHandler } from '../messaging/event-handler.decorator.js';
import { TinyModule } from './tiny-app.js';

class Twice {
  @EventHandler(OrderRejected)
  async one(): Promise<void> {}

  @EventHandler(OrderRejected)
  async two(): Promise<void> {}
}

/** The tiny service with a mistake: two handlers of an event in one group. */
@Module({ imports: [TinyModule], providers: [Twice] })
export class TwiceModule {}
