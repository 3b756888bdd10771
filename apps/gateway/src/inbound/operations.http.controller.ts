import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { AppError, Caller, Roles, ValidBody, ValidQuery, type Principal } from '@mesh/service-kit';
import type { z } from 'zod';
import { OPERATIONS } from '../gateway.tokens.js';
import type {
  ActionOutcome,
  AuditRecord,
  DeadLetter,
  Operations,
  ServiceState,
  WholeDeadLetter,
} from '../use-cases/operations.js';
import { bounded } from './bounded-schema.js';
import { auditQuery, deadLetterActionBody, deadLettersQuery } from './operations-requests.js';
import { pageView, type PageView } from './page-view.js';

type ActionBody = z.output<typeof deadLetterActionBody>;
const actionBody = bounded(deadLetterActionBody);

/** What operators see and do. */
@Controller('v1/operations')
@Roles('operator')
export class OperationsHttpController {
  constructor(@Inject(OPERATIONS) private readonly operations: Operations) {}

  @Get()
  async states(@Caller() caller: Principal): Promise<{ at: Date; services: ServiceState[] }> {
    return { at: new Date(), services: [...(await this.operations.states(caller))] };
  }

  @Get(':service')
  state(@Caller() caller: Principal, @Param('service') service: string): Promise<ServiceState> {
    return this.operations.state(caller, service);
  }

  @Get(':service/dead-letters')
  async deadLetters(
    @Caller() caller: Principal,
    @Param('service') service: string,
    @ValidQuery(deadLettersQuery) query: z.output<typeof deadLettersQuery>,
  ): Promise<PageView<DeadLetter>> {
    const { limit, cursor, ...given } = query;
    const known = Object.entries(given).filter(([, value]) => value !== undefined);
    const filter = Object.fromEntries(known);
    return pageView(await this.operations.deadLetters(caller, service, { limit, cursor, filter }));
  }

  @Get(':service/dead-letters/:id')
  deadLetter(
    @Caller() caller: Principal,
    @Param('service') service: string,
    @Param('id') id: string,
  ): Promise<WholeDeadLetter> {
    if (!/^\d{1,18}$/.test(id)) throw new AppError('NOT_FOUND', 'There is no such dead letter');
    return this.operations.deadLetter(caller, service, id);
  }

  @Post(':service/dead-letters/redrive')
  @HttpCode(200)
  redrive(
    @Caller() caller: Principal,
    @Param('service') service: string,
    @ValidBody(actionBody) body: ActionBody,
  ): Promise<ActionOutcome> {
    return this.operations.act(caller, service, { kind: 'redrive', ...body });
  }

  @Post(':service/dead-letters/discard')
  @HttpCode(200)
  discard(
    @Caller() caller: Principal,
    @Param('service') service: string,
    @ValidBody(actionBody) body: ActionBody,
  ): Promise<ActionOutcome> {
    return this.operations.act(caller, service, { kind: 'discard', ...body });
  }

  @Get(':service/audit')
  async audit(
    @Caller() caller: Principal,
    @Param('service') service: string,
    @ValidQuery(auditQuery) { limit = 20 }: z.output<typeof auditQuery>,
  ): Promise<{ items: readonly AuditRecord[] }> {
    return { items: await this.operations.audit(caller, service, limit) };
  }
}
