/** Those who wait for the same thing to happen. */
export class Waiters {
  readonly #waiting: (() => void)[] = [];

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  /** Fulfilled by the next `resolve`, or after `limitMs`. */
  wait(limitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      if (limitMs === undefined) {
        this.#waiting.push(resolve);
        return;
      }
      const timer = setTimeout(resolve, limitMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  resolve(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
