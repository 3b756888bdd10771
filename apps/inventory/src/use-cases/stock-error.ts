export type StockErrorCode = 'STOCK_NOT_FOUND' | 'PRECONDITION_FAILED' | 'CURSOR_INVALID';

/** What a use case of inventory refuses; the same call fails again. */
export class StockError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: StockErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

export function stockChangedSince(sku: string, version: number): StockError {
  return new StockError(
    'PRECONDITION_FAILED',
    `The SKU "${sku}" is at version ${version}; read it again and decide anew`,
  );
}

export function stockNotFound(sku: string): StockError {
  return new StockError('STOCK_NOT_FOUND', `No SKU "${sku}" is in stock lists`);
}
