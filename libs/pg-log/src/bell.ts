/** Wakes one loop. A ring between two waits is not lost. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Forgets earlier rings; call it before looking for what they announce. */
  clear(): void {
    this.#rung = false;
  }

  /** Fulfilled at the next ring, at once when it rang since {@link clear}, or after the timeout. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
