import { customer, token } from '../state/session.js';
import { route } from '../state/route.js';
import { ConnectionPill } from './connection-pill.js';

export function Header() {
  const current = (view: string) => (route.value.view === view ? 'page' : undefined);
  return (
    <header class="top">
      <h1 class="brand">Protocol Mesh</h1>
      <nav aria-label="Views">
        <a href="#/" aria-current={current('shop')}>
          Shop
        </a>
        <a href="#/operator" aria-current={current('operator')}>
          Operator
        </a>
      </nav>
      <span class="who">{token.value ? customer : 'not signed in'}</span>
      <ConnectionPill />
    </header>
  );
}
