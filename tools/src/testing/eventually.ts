interface Options {
  /** @default 30000 */
  readonly withinMs?: number;
  /** What to add to the error, such as the log of a process. */
  readonly explain?: () => string;
}

/** Asks again every 25 ms until the answer is neither false nor undefined. @throws Error after `withinMs` */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  { withinMs = 30_000, explain }: Options = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer as Exclude<T, false | undefined>;
    if (performance.now() > deadline)
      throw new Error(`Not within ${withinMs} ms: ${what}${explain ? `\n${explain()}` : ''}`);
    await new Promise((again) => setTimeout(again, 25));
  }
}
