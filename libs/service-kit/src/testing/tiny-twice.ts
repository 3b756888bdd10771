import { Module } from '@nestjs/common';
import { JobRejected } from '@mesh/contracts/catalog/probe';
import { EventHandler } from '../messaging/event-handler.decorator.js';
import { TinyModule } from './tiny-app.js';

class Twice {
  @EventHandler(JobRejected)
  async one(): Promise<void> {}

  @EventHandler(JobRejected)
  async two(): Promise<void> {}
}

/** The tiny service with a mistake: two handlers of an event in one group. */
@Module({ imports: [TinyModule], providers: [Twice] })
export class TwiceModule {}
