import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';

export interface Order {
  readonly orderId: string;
  readonly status: 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';
  readonly version: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly reason?: string;
}

export interface Update {
  readonly orderId: string;
  readonly version: number;
  readonly status: Order['status'];
  readonly traceparent: string;
  readonly cursor: string;
}

export interface StockItem {
  readonly sku: string;
  readonly available: number;
}

/** Someone outside, who knows nothing but the public contract. */
export class Customer {
  private constructor(
    readonly base: string,
    readonly id: string,
    readonly token: string,
  ) {}

  static async signIn(
    base: string,
    { id = `c-${randomUUID()}`, roles = [] as string[] } = {},
  ): Promise<Customer> {
    const response = await fetch(`${base}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: id, roles }),
    });
    const { token } = (await response.json()) as { token: string };
    return new Customer(base, id, token);
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...(init.headers ?? {}) };
    return fetch(`${this.base}${path}`, { ...init, headers });
  }

  send(path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') {
    return this.request(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  post(lines: unknown, key: string = randomUUID()): Promise<Response> {
    return this.send('/v1/orders', { lines }, { 'idempotency-key': key });
  }

  async place(sku: string, quantity: number): Promise<Order> {
    return (await expectOk(await this.post([{ sku, quantity }]))) as Order;
  }

  /** Places as a careful client does: the same key again until the mesh has answered. */
  async placeInsisting(sku: string, quantity: number): Promise<Order> {
    const key = randomUUID();
    for (let tries = 0; tries < 400; tries++) {
      const response = await this.post([{ sku, quantity }], key).catch(() => undefined);
      if (response?.ok) return (await response.json()) as Order;
      if (response && response.status < 500 && response.status !== 409 && response.status !== 429)
        throw new Error(`${response.status} ${await response.text()}`);
      await response?.body?.cancel();
      await new Promise((again) => setTimeout(again, 100));
    }
    throw new Error(`No answer for ${quantity} of ${sku}`);
  }

  async order(orderId: string): Promise<Order> {
    return (await expectOk(await this.request(`/v1/orders/${orderId}`))) as Order;
  }

  async cancel(orderId: string): Promise<Order> {
    return (await expectOk(
      await this.request(`/v1/orders/${orderId}/cancel`, { method: 'POST' }),
    )) as Order;
  }

  async stock(sku: string): Promise<StockItem> {
    return (await expectOk(await this.request(`/v1/stock/${sku}`))) as StockItem;
  }

  async allStock(): Promise<readonly StockItem[]> {
    const page = (await expectOk(await this.request('/v1/stock?limit=100'))) as {
      items: StockItem[];
    };
    return page.items;
  }

  /** The first item of the list. */
  async anyStock(): Promise<StockItem> {
    const [first] = await this.allStock();
    if (first === undefined) throw new Error('There is no stock at all');
    return first;
  }

  async setStock(sku: string, quantity: number): Promise<StockItem> {
    return (await expectOk(
      await this.send(`/v1/stock/${sku}`, { quantity }, {}, 'PUT'),
    )) as StockItem;
  }

  /** A socket of the namespace /live and all updates it was ever sent. */
  live(): { socket: Socket; updates: Update[] } {
    const socket = io(`${this.base}/live`, {
      transports: ['websocket'],
      auth: { token: this.token },
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    const updates: Update[] = [];
    socket.on('order.updated', (update: Update) => updates.push(update));
    return { socket, updates };
  }
}

async function expectOk(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}
