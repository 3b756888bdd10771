import { useSignal } from '@preact/signals';
import { basket, maxQuantity, quantityOf, setQuantity } from '../state/basket.js';
import type { Item } from '../state/stock.js';
import { money } from './shop-words.js';

export function StockLine({ item }: { item: Item }) {
  const { sku, name, available, changedAt } = item;
  const quantity = basket.value[sku] ?? 0;
  const draft = useSignal<{ readonly text: string; readonly beside: number } | undefined>(
    undefined,
  );
  const typed = draft.value?.beside === quantity ? draft.value.text : undefined;
  const invalid = typed !== undefined && quantityOf(typed) === undefined;
  const set = (to: number) => setQuantity(sku, to);
  return (
    <li data-testid={`stock-${sku}`}>
      <span class="name">{name}</span>
      <span class="price" id={`price-${sku}`}>
        {invalid ? <span class="fault">Whole, 0 to {maxQuantity}</span> : money(item.price)}
      </span>
      <span id={`left-${sku}`} class={available === 0 ? 'left none' : 'left'}>
        <b key={changedAt} class={changedAt === undefined ? '' : 'flash'}>
          {available === 0 ? 'none' : available}
        </b>{' '}
        left
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label={`One ${name} less`}
          aria-disabled={quantity === 0}
          onClick={() => set(quantity - 1)}
        >
          −
        </button>
        <input
          aria-label={`Quantity of ${name}`}
          aria-describedby={`left-${sku} price-${sku}`}
          inputMode="numeric"
          autocomplete="off"
          value={typed ?? quantity}
          onFocus={(event) => event.currentTarget.select()}
          aria-invalid={invalid}
          onInput={(event) => {
            const text = event.currentTarget.value;
            const asked = quantityOf(text);
            draft.value = asked ? undefined : { text, beside: asked ?? quantity };
            if (asked !== undefined) set(asked);
          }}
          onBlur={() => !invalid && (draft.value = undefined)}
        />
        <button type="button" aria-label={`One ${name} more`} onClick={() => set(quantity + 1)}>
          +
        </button>
      </span>
    </li>
  );
}
