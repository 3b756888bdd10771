import { computed, signal } from '@preact/signals';
import { alert, tried } from '../../state/alert.js';
import { lines, tooMany, total } from '../state/basket.js';
import { placeOrder, sending } from '../state/place-order.js';
import { token } from '../../state/session.js';
import { nameOf, stock } from '../state/stock.js';
import { StockLine } from './stock-line.js';
import { money } from './shop-words.js';

const fault = signal('');
const expectedLines = 8;
const hint = computed(() =>
  tooMany.value.length === 0
    ? 'More than there is can be ordered too: the mesh then says no.'
    : `More than there is of ${tooMany.value
        .map(({ sku }) => nameOf(sku))
        .join(', ')}: the order will be rejected.`,
);

export function OrderForm() {
  const empty = lines.value.length === 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    alert.value = '';
    if (!token.value) return (fault.value = 'Sign in first.');
    const invalid = document.querySelector<HTMLElement>('.stock [aria-invalid=true]');
    if (invalid) {
      invalid.focus();
      return (fault.value = 'One quantity is no whole number that can be ordered.');
    }
    if (empty) return (fault.value = 'Choose something first: set a quantity above.');
    if (await tried(placeOrder, fault)) document.getElementById('path-title')?.focus();
  };
  return (
    <section class="order" aria-labelledby="order-title">
      <h2 id="order-title">Order</h2>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ul class="stock" aria-busy={stock.value === undefined}>
          {stock.value
            ? stock.value.map((item) => <StockLine key={item.sku} item={item} />)
            : Array.from({ length: expectedLines }, (_, row) => <li key={row} aria-hidden />)}
        </ul>
        <p id="order-hint" class="hint">
          {fault.value ? (
            <span class="fault">{fault}</span>
          ) : (
            <span class={tooMany.value.length > 0 ? 'warning' : ''}>{hint}</span>
          )}
        </p>
        <button class="primary" aria-describedby="order-hint" aria-disabled={sending.value}>
          {empty ? 'Place order' : `Place order · ${money(total.value)}`}
        </button>
      </form>
    </section>
  );
}
