interface Globals {
  readonly navigator?: { readonly onLine?: boolean };
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** What the browser knows of the network; anywhere else it counts as there. */
export const network = {
  /** False may be wrong, true is meant: no attempt can succeed. */
  get offline(): boolean {
    return (globalThis as unknown as Globals).navigator?.onLine === false;
  },

  /** Calls when the network came back or went away; returns what ends that. */
  watch(changed: () => void): () => void {
    const globals = globalThis as unknown as Globals;
    for (const type of types) globals.addEventListener?.(type, changed);
    return () => {
      for (const type of types) globals.removeEventListener?.(type, changed);
    };
  },
};

const types = ['online', 'offline'] as const;
