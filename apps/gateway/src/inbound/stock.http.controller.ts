import { Controller, Get, Headers, Inject, Param, Put, Res } from '@nestjs/common';
import {
  AppError,
  Caller,
  Public,
  Roles,
  ValidBody,
  ValidQuery,
  type Principal,
} from '@mesh/service-kit';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { StockItem } from '../domain/stock-item.js';
import { STOCK, type Stock } from '../use-cases/stock.js';
import { pageQuery } from './api-schemas.js';
import { entityTag, expectedVersions, isNamed } from './entity-tags.js';
import { bounded } from './bounded-schema.js';
import { pageView, type PageView } from './page-view.js';
import { setStockBody } from './stock.api.js';

@Controller('v1/stock')
export class StockHttpController {
  constructor(@Inject(STOCK) private readonly stock: Stock) {}

  @Get()
  @Public()
  async list(
    @ValidQuery(pageQuery) page: z.output<typeof pageQuery>,
  ): Promise<PageView<StockView>> {
    const { items, nextCursor } = await this.stock.list(page);
    return pageView({ items: items.map(stockView), nextCursor });
  }

  @Get(':sku')
  @Public()
  async get(
    @Param('sku') sku: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StockView | undefined> {
    const item = await this.stock.get(checkedSku(sku));
    // Anybody may keep it, who asks each time whether it is still so.
    void reply.headers({ etag: entityTag(item.version), 'cache-control': 'no-cache' });
    if (!isNamed(item.version, known)) return stockView(item);
    void reply.status(304);
    return undefined;
  }

  @Put(':sku')
  @Roles('operator')
  async set(
    @Caller() caller: Principal,
    @Param('sku') sku: string,
    @Headers('if-match') ifMatch: string | undefined,
    @ValidBody(bounded(setStockBody)) { quantity }: z.output<typeof setStockBody>,
  ): Promise<StockView> {
    const expected = expectedVersions(ifMatch);
    return stockView(await this.stock.set(caller, { sku: checkedSku(sku), quantity, expected }));
  }
}

/** An item as the REST interface shows it; its version is the entity tag. */
type StockView = Omit<StockItem, 'version'>;

function stockView({ sku, name, price, available }: StockItem): StockView {
  return { sku, name, price, available };
}

/** What can't be a SKU is the SKU of nothing. */
function checkedSku(sku: string): string {
  if (/^\P{Cc}{1,64}$/u.test(sku)) return sku;
  throw new AppError('STOCK_NOT_FOUND', 'There is no such SKU');
}
