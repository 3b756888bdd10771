import { InventoryServiceService, type BatchGetStockRequest } from '@mesh/contracts/inventory';
import { Server, ServerCredentials } from '@grpc/grpc-js';

/** Inventory as far as order asks it: prices over gRPC. */
export class FakeInventory {
  readonly prices = new Map<string, number>([
    ['TEA', 450],
    ['CUP', 1200],
    ['GOLD', Number.MAX_SAFE_INTEGER],
  ]);
  asked = 0;
  #server: Server | undefined;
  #port = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Answers from now on, each time at the same address. */
  async start(): Promise<void> {
    const server = new Server();
    const notUsed = (_call: unknown, done: (error: Error) => void): void =>
      done(new Error('not used'));
    const methods = Object.fromEntries(
      Object.keys(InventoryServiceService).map((name) => [name, notUsed]),
    );
    server.addService(InventoryServiceService, {
      ...methods,
      batchGetStock: (
        { request }: { request: BatchGetStockRequest },
        done: (error: null, response: object) => void,
      ) => {
        this.asked++;
        done(null, { items: request.skus.flatMap((sku) => this.#item(sku)) });
      },
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      server.bindAsync(this.address, credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
  }

  /** Goes away at once. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  #item(sku: string): object[] {
    const amountMinor = this.prices.get(sku);
    if (amountMinor === undefined) return [];
    const price = { amountMinor, currency: 'EUR' };
    return [{ sku, name: sku, price, available: 5, version: 1 }];
  }
}
