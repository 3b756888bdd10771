/** Who calls, as the verified token tells. */
export interface Principal {
  readonly customerId: string;
  readonly roles: readonly string[];
  /** The token itself, to be passed on. */
  readonly token: string;
}
