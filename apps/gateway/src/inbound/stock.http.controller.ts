import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { AppError, Caller, Public, Roles, type Principal } from '@mesh/service-kit';
import type { z } from 'zod';
import type { StockItem } from '../domain/stock-item.js';
import { STOCK } from '../gateway.tokens.js';
import type { Stock } from '../use-cases/stock.js';
import { pageQuery, setStockBody } from './api-schemas.js';
import { bounded } from './bounded-schema.js';
import { pageView, type PageView } from './page-view.js';

@Controller('v1/stock')
export class StockHttpController {
  constructor(@Inject(STOCK) private readonly stock: Stock) {}

  @Get()
  @Public()
  async list(
    @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>,
  ): Promise<PageView<StockItem>> {
    return pageView(await this.stock.list(page));
  }

  @Get(':sku')
  @Public()
  get(@Param('sku') sku: string): Promise<StockItem> {
    return this.stock.get(checkedSku(sku));
  }

  @Put(':sku')
  @Roles('operator')
  set(
    @Caller() caller: Principal,
    @Param('sku') sku: string,
    @Body({ schema: bounded(setStockBody) }) body: z.output<typeof setStockBody>,
  ): Promise<StockItem> {
    return this.stock.set(caller, checkedSku(sku), body.quantity);
  }
}

/** What can't be a SKU is the SKU of nothing. */
function checkedSku(sku: string): string {
  if (/^\P{Cc}{1,64}$/u.test(sku)) return sku;
  throw new AppError('STOCK_NOT_FOUND', 'There is no such SKU');
}
