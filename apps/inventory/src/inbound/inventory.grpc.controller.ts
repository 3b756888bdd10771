import {
  InventoryServiceService,
  type BatchGetStockRequest,
  type BatchGetStockResponse,
  type GetStockRequest,
  type GetStockResponse,
  type ImportStockRequest,
  type ImportStockResponse,
  type ListStockRequest,
  type ListStockResponse,
  type ReserveStockRequest,
  type ReserveStockResponse,
  type SetStockRequest,
  type SetStockResponse,
  type WatchStockRequest,
  type WatchStockResponse,
} from '@mesh/contracts/inventory';
import { callContext, GrpcController, Public, Roles } from '@mesh/service-kit';
import { BatchGetStock } from '../use-cases/batch-get-stock.js';
import { GetStock } from '../use-cases/get-stock.js';
import { ImportStock, type StockRow } from '../use-cases/import-stock.js';
import { ListStock } from '../use-cases/list-stock.js';
import { ReserveStockNow } from '../use-cases/reserve-stock-now.js';
import { SetStock } from '../use-cases/set-stock.js';
import { WatchStock } from '../use-cases/watch-stock.js';
import * as requests from './requests.js';

const never = new AbortController().signal;

/** Anyone may read stock; changing it takes an operator. */
@GrpcController(InventoryServiceService)
export class InventoryGrpcController {
  constructor(
    private readonly getOne: GetStock,
    private readonly getSeveral: BatchGetStock,
    private readonly list: ListStock,
    private readonly set: SetStock,
    private readonly importing: ImportStock,
    private readonly reserve: ReserveStockNow,
    private readonly watch: WatchStock,
  ) {}

  @Public()
  async getStock(request: GetStockRequest): Promise<GetStockResponse> {
    const { sku } = requests.parse(requests.getStockRequest, request);
    return { item: await this.getOne.execute(sku) };
  }

  @Public()
  async batchGetStock(request: BatchGetStockRequest): Promise<BatchGetStockResponse> {
    const { skus } = requests.parse(requests.batchGetStockRequest, request);
    return { items: await this.getSeveral.execute(skus) };
  }

  @Public()
  async listStock(request: ListStockRequest): Promise<ListStockResponse> {
    return this.list.execute(requests.parse(requests.listStockRequest, request));
  }

  @Roles('operator')
  async setStock(request: SetStockRequest): Promise<SetStockResponse> {
    return { item: await this.set.execute(requests.parse(requests.setStockRequest, request)) };
  }

  @Roles('operator')
  async importStock(requests: AsyncIterable<ImportStockRequest>): Promise<ImportStockResponse> {
    const { refusedRows, ...counts } = await this.importing.execute(rowsOf(requests));
    return { ...counts, refusedRows: [...refusedRows] };
  }

  @Roles('operator')
  async reserveStock(request: ReserveStockRequest): Promise<ReserveStockResponse> {
    const command = requests.parse(requests.reserveStockRequest, request);
    switch ((await this.reserve.execute(command)).status) {
      case 'reserved':
        return { reserved: true };
      case 'rejected':
        return { reserved: false, reason: 'INSUFFICIENT_STOCK' };
      case 'released':
        return { reserved: false, reason: 'RELEASED' };
    }
  }

  @Public()
  async *watchStock(request: WatchStockRequest): AsyncGenerator<WatchStockResponse> {
    const { skus } = requests.parse(requests.watchStockRequest, request);
    const { signal = never } = callContext();
    for await (const item of this.watch.execute(skus, signal)) yield { item };
  }
}

async function* rowsOf(stream: AsyncIterable<ImportStockRequest>): AsyncGenerator<StockRow> {
  for await (const request of stream) {
    const parsed = requests.importStockRequest.safeParse(request);
    const { sku, quantity } = request;
    if (!parsed.success) yield { sku, quantity, fault: faultOf(parsed.error.issues) };
    else {
      const { name, price } = parsed.data;
      yield { sku, quantity, ...(name !== undefined && price && { item: { name, price } }) };
    }
  }
}

function faultOf(issues: readonly { readonly path: PropertyKey[]; readonly message: string }[]) {
  return issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
}
