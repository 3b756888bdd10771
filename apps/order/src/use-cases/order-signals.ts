/** Tells of changes of orders as they commit, in whichever process. */
export interface OrderSignals {
  /**
   * Starts watching one order.
   * @throws OrderError OVERLOADED when as many are being watched as this process allows
   */
  watch(orderId: string): OrderWatch;
}

export interface OrderWatch {
  /**
   * Resolves when the order may have changed since the watch started or since the last `changed`
   * resolved, or when the signal aborts. It may also resolve for nothing: the reader looks up what is new.
   */
  changed(signal: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): void;
}
