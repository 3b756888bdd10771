import { randomUUID } from 'node:crypto';

export interface Item {
  readonly sku: string;
  readonly available: number;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** Someone who orders, and who may change the stock; knows the public HTTP API alone. */
export class Shopper {
  #token = '';

  private constructor(
    private readonly base: string,
    private readonly customer: string,
  ) {}

  /** @throws Error when the mesh is not reached or hands out no tokens */
  static async signIn(base: string, customer: string): Promise<Shopper> {
    const shopper = new Shopper(base, customer);
    await shopper.#signIn();
    return shopper;
  }

  /** @returns the id of the order; undefined when it was refused */
  async place(lines: readonly Line[]): Promise<string | undefined> {
    const key = { 'idempotency-key': randomUUID() };
    const response = await this.#send('POST', '/v1/orders', { lines }, key);
    const { orderId } = (await response.json()) as { orderId?: string };
    return response.ok ? orderId : undefined;
  }

  async cancel(orderId: string): Promise<boolean> {
    const response = await this.#send('POST', `/v1/orders/${orderId}/cancel`);
    await response.body?.cancel();
    return response.ok;
  }

  async stock(): Promise<readonly Item[]> {
    const response = await this.#send('GET', '/v1/stock?limit=100');
    const { items = [] } = (await response.json()) as { items?: Item[] };
    return items;
  }

  async setStock(sku: string, quantity: number): Promise<boolean> {
    const response = await this.#send('PUT', `/v1/stock/${sku}`, { quantity });
    await response.body?.cancel();
    return response.ok;
  }

  async #signIn(): Promise<void> {
    const roles = ['customer', 'operator'];
    const response = await this.#fetch('POST', '/dev/token', { customerId: this.customer, roles });
    if (!response.ok)
      throw new Error(
        `${this.base} hands out no tokens (${response.status}): the demo is for a mesh in development, npm start`,
      );
    this.#token = ((await response.json()) as { token: string }).token;
  }

  async #send(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
    const response = await this.#fetch(method, path, body, headers);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    await this.#signIn();
    return this.#fetch(method, path, body, headers);
  }

  async #fetch(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
    const json = { 'content-type': 'application/json' };
    try {
      return await fetch(`${this.base}${path}`, {
        ...{
          method,
          headers: {
            ...(this.#token && { authorization: `Bearer ${this.#token}` }),
            ...headers,
            ...(body !== undefined && json),
          },
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      const why = `${this.base} does not answer: is the mesh still there? Start it with: npm start`;
      throw new Error(why, { cause });
    }
  }
}
