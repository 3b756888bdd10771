import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { AppError, Caller, ValidBody, ValidQuery, type Principal } from '@mesh/service-kit';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Order } from '../domain/order.js';
import { ORDERS, type Orders } from '../use-cases/orders.js';
import { pageQuery } from './api-schemas.js';
import { bounded } from './bounded-schema.js';
import { placeOrderBody } from './orders.api.js';
import { pageView, type PageView } from './page-view.js';

@Controller('v1/orders')
export class OrdersHttpController {
  constructor(@Inject(ORDERS) private readonly orders: Orders) {}

  @Post()
  async place(
    @Caller() caller: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @ValidBody(bounded(placeOrderBody)) body: z.output<typeof placeOrderBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Order> {
    const idempotencyKey = checkedKey(key);
    const { order, replayed } = await this.orders.place(caller, { ...body, idempotencyKey });
    void reply.header('location', `/v1/orders/${order.orderId}`);
    if (replayed) void reply.header('idempotent-replayed', 'true');
    return order;
  }

  @Get()
  async list(
    @Caller() caller: Principal,
    @ValidQuery(pageQuery) page: z.output<typeof pageQuery>,
  ): Promise<PageView<Order>> {
    return pageView(await this.orders.list(caller, page));
  }

  @Get(':orderId')
  get(@Caller() caller: Principal, @Param('orderId') orderId: string): Promise<Order> {
    return this.orders.get(caller, checkedId(orderId));
  }

  @Post(':orderId/cancel')
  @HttpCode(200)
  cancel(@Caller() caller: Principal, @Param('orderId') orderId: string): Promise<Order> {
    return this.orders.cancel(caller, checkedId(orderId));
  }
}

function checkedKey(key: string | undefined): string {
  if (!key) {
    throw new AppError('IDEMPOTENCY_KEY_REQUIRED', 'Send a header Idempotency-Key, such as a UUID');
  }
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError('VALIDATION_FAILED', 'The Idempotency-Key must be 1 to 255 ASCII characters');
}

/** What can't be an id is the id of nothing. */
function checkedId(orderId: string): string {
  if (/^[\w-]{1,64}$/.test(orderId)) return orderId;
  throw new AppError('ORDER_NOT_FOUND', 'You have no such order');
}
