import type { Price, StockChange } from '../domain/stock-item.js';
import { stockChanged } from './stock-changed.js';
import type { StockStore, StockTransaction } from './stock-store.js';

/** Rows of one transaction. */
const TOGETHER = 100;
const MOST_TOLD = 100;

/** One row, or why it is none. */
export interface StockRow {
  readonly sku: string;
  readonly quantity: number;
  /** Of a SKU that is to be added. */
  readonly item?: { readonly name: string; readonly price: Price };
  /** What is wrong with it. */
  readonly fault?: string;
}

/** A row that changed nothing; `row` counts from 1. */
export interface RefusedRow {
  readonly row: number;
  readonly sku: string;
  readonly code: 'STOCK_NOT_FOUND' | 'VALIDATION_FAILED';
  readonly message: string;
}

export interface ImportSummary {
  readonly rows: number;
  readonly set: number;
  readonly added: number;
  readonly refused: number;
  /** The first hundred. */
  readonly refusedRows: readonly RefusedRow[];
}

interface NumberedRow extends StockRow {
  readonly row: number;
}

/**
 * Sets what can still be ordered for each row, in their order, and adds what is new. A hundred rows are
 * committed together, with their events, before more are read: a sender is as fast as the database, and
 * what came before a stream broke stays. Doing all of it again does no harm.
 */
export class ImportStock {
  constructor(
    private readonly store: StockStore,
    private readonly now: () => Date,
  ) {}

  async execute(rows: AsyncIterable<StockRow>): Promise<ImportSummary> {
    const sum = { rows: 0, set: 0, added: 0, refused: 0 };
    const refusedRows: RefusedRow[] = [];
    const refuse = (refused: readonly RefusedRow[]) => {
      sum.refused += refused.length;
      refusedRows.push(...refused.slice(0, MOST_TOLD - refusedRows.length));
    };
    let waiting: NumberedRow[] = [];
    const commit = async () => {
      const done = await this.#commit(waiting);
      waiting = [];
      sum.set += done.set;
      sum.added += done.added;
      refuse(done.refused);
    };
    for await (const row of rows) {
      const numbered = { ...row, row: ++sum.rows };
      if (row.fault !== undefined) refuse([faulty(numbered, row.fault)]);
      else waiting.push(numbered);
      if (waiting.length >= TOGETHER) await commit();
    }
    if (waiting.length > 0) await commit();
    return { ...sum, refusedRows };
  }

  #commit(rows: readonly NumberedRow[]) {
    return this.store.transaction(async (tx) => {
      const changes: StockChange[] = [];
      const refused: RefusedRow[] = [];
      let [set, added] = [0, 0];
      // In SKU order, as every transaction locks items; rows of one SKU stay in theirs.
      for (const row of [...rows].sort(bySku)) {
        const known = await setOne(tx, row);
        const item = known ?? (await addOne(tx, row));
        if (item === undefined) refused.push(unknown(row));
        else changes.push(item);
        if (known) set += 1;
        else if (item) added += 1;
      }
      await tx.append(stockChanged(changes, this.now()));
      return { set, added, refused: refused.sort((a, b) => a.row - b.row) };
    });
  }
}

async function setOne(tx: StockTransaction, { sku, quantity }: StockRow) {
  const result = await tx.setAvailable(sku, quantity);
  return 'item' in result ? result.item : undefined;
}

async function addOne(tx: StockTransaction, row: StockRow) {
  if (row.item === undefined) return undefined;
  const [added] = await tx.addItems([{ sku: row.sku, ...row.item, available: row.quantity }]);
  // Somebody else has just added it.
  return added ?? setOne(tx, row);
}

function bySku(a: NumberedRow, b: NumberedRow): number {
  if (a.sku === b.sku) return a.row - b.row;
  return a.sku < b.sku ? -1 : 1;
}

function unknown({ row, sku }: NumberedRow): RefusedRow {
  const message = `No SKU "${sku}" is in stock lists; to add it, send its name and price`;
  return { row, sku, code: 'STOCK_NOT_FOUND', message };
}

function faulty({ row, sku }: NumberedRow, message: string): RefusedRow {
  return { row, sku, code: 'VALIDATION_FAILED', message };
}
