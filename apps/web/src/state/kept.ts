import { effect, signal, type Signal } from '@preact/signals';

export interface Keeping<T> {
  /** `localStorage`: for this browser. `sessionStorage`: for this tab. */
  readonly storage: () => Storage;
  readonly initial: () => T;
  /** From what JSON.parse gave, of whatever version of the page; undefined: begin anew. */
  readonly parse: (stored: unknown) => T | undefined;
}

/**
 * A signal whose value survives a reload. Where storage is refused or full, it lives as long as the page:
 * nothing fails because of it.
 */
export function kept<T>(key: string, { storage, initial, parse }: Keeping<T>): Signal<T> {
  const name = `mesh.${key}`;
  const state = signal<T>(stored() ?? initial());
  effect(() => {
    const text = JSON.stringify(state.value);
    try {
      if (text === undefined) storage().removeItem(name);
      else storage().setItem(name, text);
    } catch {
      // Refused or full.
    }
  });
  return state;

  function stored(): T | undefined {
    try {
      const text = storage().getItem(name);
      return text === null ? undefined : parse(JSON.parse(text) as unknown);
    } catch {
      return undefined;
    }
  }
}

export const thisBrowser = (): Storage => localStorage;
export const thisTab = (): Storage => sessionStorage;
export const text = (stored: unknown): string | undefined =>
  typeof stored === 'string' ? stored : undefined;
