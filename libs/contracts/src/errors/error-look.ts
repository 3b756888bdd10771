/** How an error code looks in each protocol. */
export interface ErrorLook {
  /** Name of the gRPC status. */
  readonly grpc: string;
  readonly http: number;
  readonly title: string;
  /** The same call may succeed later. @default false */
  readonly retryable?: true;
}
