import { signal } from '@preact/signals';

/** What the address says is looked at: the decoded parts behind `#/`. */
export const path = signal<readonly string[]>([]);

export function parsePath(hash: string): readonly string[] {
  return hash
    .replace(/^#\/?/, '')
    .split('/')
    .map(decoded)
    .filter((part) => part !== '');
}

export function hashTo(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** Follows the address bar, links and the back button. */
export function followAddress(): void {
  const read = () => (path.value = parsePath(location.hash));
  addEventListener('hashchange', read);
  read();
}

/** Goes there without an entry in the history: for what was not a link. */
export function goTo(...parts: readonly string[]): void {
  history.replaceState(null, '', hashTo(...parts));
  path.value = parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
