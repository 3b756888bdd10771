/** Who calls, as a verified token tells. */
export interface Caller {
  readonly customerId: string;
  readonly roles: readonly string[];
  /** The token itself: it is passed on, and the service that owns the data checks the owner. */
  readonly token: string;
}
