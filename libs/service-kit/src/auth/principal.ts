/** Who calls, as the verified token tells. */
export interface Principal {
  readonly customerId: string;
  readonly roles: readonly string[];
  /** When the token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The token itself, to be passed on. */
  readonly token: string;
}
