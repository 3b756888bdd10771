import { Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  InventoryServiceService,
  type BatchGetStockRequest,
  type GetStockRequest,
  type ListStockRequest,
  type SetStockRequest,
  type StockItem,
} from '@mesh/contracts/inventory';
import { AppError, GrpcController, Public, Roles } from '@mesh/service-kit';

/** A test double of the inventory service: three items, in memory. */
@GrpcController(InventoryServiceService)
export class InventoryServiceDouble {
  readonly #items = new Map<string, StockItem>(
    ['CUP', 'MUG-BLUE', 'TEA'].map((sku) => {
      const price = { amountMinor: 250, currency: 'EUR' };
      return [sku, { sku, name: `A ${sku}`, price, available: 5, version: 1 }];
    }),
  );

  @Public()
  async getStock(@Payload() { sku }: GetStockRequest) {
    return { item: this.#item(sku) };
  }

  @Public()
  async batchGetStock(@Payload() { skus }: BatchGetStockRequest) {
    return { items: skus.map((sku) => this.#item(sku)) };
  }

  @Public()
  async listStock(@Payload() { limit, cursor }: ListStockRequest) {
    if (cursor !== '' && !this.#items.has(cursor)) {
      throw new AppError('CURSOR_INVALID', 'The cursor is none of this list');
    }
    const after = [...this.#items.values()].filter((item) => item.sku > cursor);
    const items = after.slice(0, limit || 20);
    return { items, nextCursor: items.length < after.length ? items.at(-1)!.sku : '' };
  }

  @Roles('operator')
  async setStock(@Payload() { sku, quantity, expected }: SetStockRequest) {
    const item = this.#item(sku);
    if (expected && !expected.versions.includes(item.version))
      throw new AppError('PRECONDITION_FAILED', `The SKU "${sku}" is at version ${item.version}`);
    const changed = { ...item, available: quantity, version: item.version + 1 };
    this.#items.set(sku, changed);
    return { item: changed };
  }

  async importStock(): Promise<never> {
    throw new AppError('INTERNAL', 'The gateway imports nothing');
  }

  async reserveStock(): Promise<never> {
    throw new AppError('UNAVAILABLE', 'The double does not reserve');
  }

  async *watchStock(): AsyncGenerator<never> {
    throw new AppError('UNAVAILABLE', 'The double does not watch');
  }

  #item(sku: string): StockItem {
    const item = this.#items.get(sku);
    if (item) return item;
    throw new AppError('STOCK_NOT_FOUND', `No SKU "${sku}" is in stock lists`);
  }
}

@Module({ controllers: [InventoryServiceDouble] })
export class InventoryDoubleModule {}
