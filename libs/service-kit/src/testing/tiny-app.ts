import { Controller, Get, Inject, Module, Param, Post, Query } from '@nestjs/common';
import { currentTraceId } from '@mesh/tracing';
import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { Public } from '../auth/auth.guard.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import {
  authConfig,
  databaseConfig,
  httpConfig,
  serviceConfig,
  transportConfig,
} from '../config/fragments.js';
import { callContext } from '../context/call-context.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { AppError } from '../errors/app-error.js';
import { ValidBody } from '../http/validation.js';
import { MessagingModule } from '../messaging/messaging.module.js';

const lines = z.strictObject({
  lines: z.array(z.strictObject({ gauge: z.string(), quantity: z.int().min(1) })).min(1),
});

@Controller()
class TinyController {
  constructor(@Inject(DATABASE) private readonly db: Kysely<unknown>) {}

  @Public()
  @Get('query')
  async query(): Promise<{ answer: number }> {
    const { rows } = await sql<{ answer: number }>`select 42 as answer`.execute(this.db);
    return rows[0]!;
  }

  /** A transaction that is idle on its connection for a while. */
  @Public()
  @Get('slow/:ms')
  async slow(@Param('ms') ms: string): Promise<{ answer: string }> {
    return this.db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await new Promise((resolve) => setTimeout(resolve, Number(ms)));
      await sql`select 1`.execute(tx);
      return { answer: 'late' };
    });
  }

  @Public()
  @Post('lines')
  lines(@ValidBody(lines) body: z.infer<typeof lines>) {
    return {
      count: body.lines.length,
      traceId: currentTraceId(),
      deadline: callContext().deadline,
    };
  }

  @Public()
  @Get('fail/:code')
  fail(@Param('code') code: string, @Query('message') message: string): never {
    if (code === 'unexpected') throw new Error('swordfish');
    throw Object.assign(new Error(message), { code, retryAfterMs: 1500 });
  }

  @Public()
  @Get('coded')
  coded(): never {
    throw new AppError('OVERLOADED', 'Too much', { retryAfterMs: 2100 });
  }

  @Get('me')
  me(@Caller() { customerId, roles }: Principal) {
    return { customerId, roles };
  }
}

async function createTiny(db: Kysely<unknown>): Promise<void> {
  await sql`create table tiny (name text not null)`.execute(db);
  await sql`insert into tiny values ('made once')`.execute(db);
  await sql`create table tiny_blocker ()`.execute(db);
}

/** A service with one table, one controller and an outbox, for tests of what is around a service. */
@Module({
  imports: [
    DatabaseModule.register({ migrations: { '001_tiny': { up: createTiny } } }),
    MessagingModule.register({ group: 'tiny', outbox: true }),
  ],
  controllers: [TinyController],
})
export class TinyModule {}

/** The settings of the tiny service. */
export const tinySchema = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...transportConfig,
  ...authConfig,
  ...httpConfig,
});
