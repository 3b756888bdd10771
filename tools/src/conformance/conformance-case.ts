/** What a reporter needs to know of a case to put it into the matrix of rules. */
export interface ConformanceCase {
  readonly rule: number | null;
  readonly title: string;
  /** Or a relay mode, or a consumer: whose column it belongs to. */
  readonly transport: string;
  /** The feature that the rule needs and the transport does not have. */
  readonly lacking?: string;
}
