/** A pause after so many failures in a row: anything up to `minMs` doubled each time, at most `maxMs`. */
export function backoffMs(
  failures: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): number {
  return Math.random() * Math.min(maxMs, minMs * 2 ** Math.min(failures, 30));
}
