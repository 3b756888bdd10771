/** Tells of changes of customers' feeds as they commit, in whichever process. */
export interface FeedSignals {
  /**
   * Calls `changed` whenever the customer's feed may have grown, until what it returns is called. It may
   * also be called for nothing: the reader looks up what is new.
   * @throws OrderError OVERLOADED when as many are being watched as this process allows
   */
  watchFeed(customerId: string, changed: () => void): () => void;
}
