/** Waits for the promise, at most `limitMs`; how it ends does not matter. */
export async function within(limitMs: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([promise.catch(() => {}), limit]);
  clearTimeout(timer);
}
