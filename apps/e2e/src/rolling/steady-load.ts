import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Customer, Order } from '@mesh/tools/testing/customer';

/** Customers who place one order after the other, each request once: what fails stays failed. */
export class SteadyLoad {
  readonly orders = new Map<Customer, string[]>();
  /** A line for each request that was not answered with an order. */
  readonly failures: string[] = [];
  readonly #ending = new AbortController();
  readonly #placing: Promise<unknown>;

  constructor(
    customers: readonly Customer[],
    private readonly options: {
      readonly url: string;
      readonly sku: string;
      readonly pauseMs: number;
    },
  ) {
    this.#placing = Promise.all(customers.map((customer) => this.#place(customer)));
  }

  get count(): number {
    return [...this.orders.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#placing;
  }

  async #place(customer: Customer): Promise<void> {
    const placed: string[] = [];
    this.orders.set(customer, placed);
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const began = new Date().toISOString();
      const order = await this.#placeOne(customer).catch((error: Error) => {
        this.failures.push(`${began} ${error.message} ${String(error.cause ?? '')}`);
        return undefined;
      });
      if (order) placed.push(order.orderId);
      // Paces the load; nothing waits for it.
      await pause(this.options.pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #placeOne({ token }: Customer): Promise<Order> {
    const { url, sku } = this.options;
    const response = await fetch(`${url}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
    });
    if (response.status === 201) return (await response.json()) as Order;
    throw new Error(`${response.status} ${await response.text()}`);
  }
}
