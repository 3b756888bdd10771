import { useSignal } from '@preact/signals';
import type { StockItem } from '../api.js';
import { basket, lines, setQuantity, total } from '../state/basket.js';
import { placeOrder } from '../state/journey.js';
import { tried } from '../state/alert.js';
import { stock } from '../state/stock.js';
import { money } from './format.js';

export function OrderForm() {
  const sending = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (sending.value || lines.value.length === 0) return;
    sending.value = true;
    await tried(placeOrder);
    sending.value = false;
  };
  return (
    <section aria-labelledby="order-title">
      <h2 id="order-title">Order</h2>
      <form onSubmit={(event) => void submit(event)}>
        <ul class="stock">
          {stock.value
            ? stock.value.map((item) => (
                <Line key={item.sku} item={item} changed={item.changed === true} />
              ))
            : Array.from({ length: 8 }, (_, row) => <li key={row} class="placeholder" />)}
        </ul>
        <button class="primary" aria-disabled={lines.value.length === 0 || sending.value}>
          {lines.value.length === 0
            ? 'Choose something first'
            : `Place order · ${money(total.value)}`}
        </button>
      </form>
    </section>
  );
}

function Line({ item, changed }: { item: StockItem; changed: boolean }) {
  const quantity = basket.value.get(item.sku) ?? 0;
  const set = (to: number) => setQuantity(item.sku, Number.isInteger(to) ? to : 0);
  return (
    <li data-testid={`stock-${item.sku}`}>
      <span class="name">{item.name}</span>
      <span class="price">{money(item.price)}</span>
      <span class={item.available === 0 ? 'left none' : 'left'}>
        <b key={item.available} class={changed ? 'flash' : ''}>
          {item.available}
        </b>{' '}
        left
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label={`One ${item.name} less`}
          disabled={quantity === 0}
          onClick={() => set(quantity - 1)}
        >
          −
        </button>
        <input
          aria-label={`Quantity of ${item.name}`}
          inputMode="numeric"
          value={quantity}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => set(Number(event.currentTarget.value))}
        />
        <button
          type="button"
          aria-label={`One ${item.name} more`}
          onClick={() => set(quantity + 1)}
        >
          +
        </button>
      </span>
    </li>
  );
}
