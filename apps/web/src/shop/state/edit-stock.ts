import { ApiError, call, request } from '../../api.js';
import type { StockItem } from '../shop-api.js';
import { token } from '../../state/session.js';
import { stockUpdated } from './stock.js';

interface Seen {
  readonly available: number;
  readonly etag: string;
}

/** An operator's edit of one item, begun when it is made: it sets nothing that somebody else has changed since. */
export class StockEdit {
  readonly #path: string;
  #seen: Promise<Seen> | undefined;

  constructor(sku: string) {
    this.#path = `/v1/stock/${encodeURIComponent(sku)}`;
    void this.#look().catch(() => {});
  }

  /**
   * Sets what can be ordered.
   * @throws Error with what it was and is, when it was changed meanwhile; setting it again then replaces that
   * @throws ApiError FORBIDDEN without the operator's role
   */
  async set(quantity: number): Promise<void> {
    const { available, etag } = await (this.#seen ?? this.#look());
    try {
      const options = { method: 'PUT', token: token.value, body: { quantity } };
      const headers = { 'if-match': etag };
      stockUpdated(await call<StockItem>(this.#path, { ...options, headers }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'PRECONDITION_FAILED') throw error;
      const now = await this.#look();
      throw new Error(
        `Changed since you began: it was ${available} and is ${now.available} now. Press Set again to make it ${quantity}.`,
        { cause: error },
      );
    }
  }

  #look(): Promise<Seen> {
    const seen = this.#read();
    this.#seen = seen;
    seen.catch(() => (this.#seen = undefined));
    return seen;
  }

  async #read(): Promise<Seen> {
    const response = await request(this.#path);
    const item = (await response.json()) as StockItem;
    stockUpdated(item);
    return { available: item.available, etag: response.headers.get('etag') ?? '*' };
  }
}
