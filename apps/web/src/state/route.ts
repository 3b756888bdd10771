import { signal } from '@preact/signals';

/** What the address says is looked at. */
export type Route =
  | { readonly view: 'shop'; readonly orderId?: string }
  | {
      readonly view: 'operator';
      readonly letter?: { readonly service: string; readonly id: string };
    };

export const route = signal<Route>({ view: 'shop' });

/** Anything else is the shop. */
export function parseRoute(hash: string): Route {
  const [view, ...rest] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (view === 'orders' && rest[0]) return { view: 'shop', orderId: rest[0] };
  if (view !== 'operator') return { view: 'shop' };
  const [service, id] = rest;
  return service && id ? { view: 'operator', letter: { service, id } } : { view: 'operator' };
}

export function hashOf(to: Route): string {
  if (to.view === 'shop') return to.orderId ? `#/orders/${encodeURIComponent(to.orderId)}` : '#/';
  if (!to.letter) return '#/operator';
  return `#/operator/${encodeURIComponent(to.letter.service)}/${encodeURIComponent(to.letter.id)}`;
}

/** Follows the address bar, links and the back button. */
export function followAddress(): void {
  const read = () => (route.value = parseRoute(location.hash));
  addEventListener('hashchange', read);
  read();
}

/** Goes there without an entry in the history: for what was not a link. */
export function goTo(to: Route): void {
  history.replaceState(null, '', hashOf(to));
  route.value = to;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
