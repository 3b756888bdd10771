/** What can be fuzzed, and the specs that do it. */
export const fuzzKinds = {
  http: ['apps/gateway/test/fuzz/http.fuzz.spec.ts'],
  live: ['apps/gateway/test/fuzz/live.fuzz.spec.ts'],
  grpc: ['apps/gateway/test/fuzz/grpc.fuzz.spec.ts', 'apps/order/test/fuzz/grpc.fuzz.spec.ts'],
} as const;

export type FuzzKind = keyof typeof fuzzKinds;

export const fuzzKindNames = Object.keys(fuzzKinds) as FuzzKind[];
