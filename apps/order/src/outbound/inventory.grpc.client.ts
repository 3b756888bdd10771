import { InventoryServiceService } from '@mesh/contracts/inventory';
import { grpcClient, type GrpcClient, type GrpcClientOptions } from '@mesh/service-kit';
import { currentTraceparent, withTrace } from '@mesh/tracing';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Money } from '../domain/money.js';
import type { Prices } from '../use-cases/prices.js';
import { PriceCache } from './price-cache.js';

/** A customer waits meanwhile, and an old price is nearly as good. */
const DEADLINE_MS = 500;

/** Inventory's prices over gRPC, kept for when it is away: see {@link PriceCache}. */
export class InventoryGrpcClient implements Prices {
  readonly #client: GrpcClient<typeof InventoryServiceService>;
  readonly #cache = new PriceCache({ fetch: (skus) => this.#fetch(skus) });
  /** Runs outside of the call being served: others share the answer when its caller is gone. */
  readonly #detached = AsyncLocalStorage.snapshot();

  constructor(called: Pick<GrpcClientOptions, 'address' | 'tls'>) {
    this.#client = grpcClient(InventoryServiceService, { ...called, deadlineMs: DEADLINE_MS });
  }

  of(skus: readonly string[]): Promise<ReadonlyMap<string, Money>> {
    return this.#cache.of(skus);
  }

  close(): void {
    this.#client.close();
  }

  async #fetch(skus: readonly string[]): Promise<ReadonlyMap<string, Money>> {
    const traceparent = currentTraceparent();
    const { items } = await this.#detached(() =>
      withTrace(traceparent, () => this.#client.batchGetStock({ skus })),
    );
    return new Map(items.flatMap(({ sku, price }) => (price ? [[sku, price]] : [])));
  }
}
