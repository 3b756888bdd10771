import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { tried } from '../../state/alert.js';
import { StockEdit } from '../state/edit-stock.js';
import { stock, type Item } from '../state/stock.js';
import { money } from './shop-words.js';

const maxQuantity = 1_000_000_000;

/** What can be ordered of each item, live, and a way to set it. */
export function StockEditor() {
  return (
    <section aria-labelledby="stock-title">
      <h2 id="stock-title">Stock</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Price</th>
            <th scope="col">Available</th>
            <th scope="col">Set to</th>
          </tr>
        </thead>
        <tbody>
          {stock.value?.map((item) => (
            <Row key={item.sku} item={item} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ item }: { item: Item }) {
  const { sku, name, price, available, changedAt } = item;
  const draft = useSignal('');
  const fault = useSignal('');
  const saved = useSignal(false);
  const edit = useRef<StockEdit | undefined>(undefined);
  const end = () => {
    draft.value = '';
    edit.current = undefined;
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const quantity = Number(draft.value);
    if (
      draft.value.trim() === '' ||
      !Number.isInteger(quantity) ||
      quantity < 0 ||
      quantity > maxQuantity
    )
      return (fault.value = 'A whole number from 0 to 1,000,000,000.');
    const begun = (edit.current ??= new StockEdit(sku));
    saved.value = await tried(() => begun.set(quantity), fault);
    if (saved.value) end();
  };
  return (
    <tr data-testid={`edit-${sku}`}>
      <th scope="row">
        {name} <small class="quiet">{sku}</small>
      </th>
      <td data-label="Price">{money(price)}</td>
      <td data-label="Available">
        <b key={changedAt} class={changedAt === undefined ? '' : 'flash'}>
          {available}
        </b>
      </td>
      <td>
        <form class="inline" onSubmit={(event) => void save(event)} noValidate>
          <input
            aria-label={`New quantity of ${name}`}
            aria-describedby={`set-${sku}`}
            aria-invalid={fault.value !== ''}
            inputMode="numeric"
            autocomplete="off"
            placeholder={`${available}`}
            value={draft}
            onInput={(event) => {
              draft.value = event.currentTarget.value;
              if (draft.value === '') end();
              else edit.current ??= new StockEdit(sku);
              fault.value = '';
              saved.value = false;
            }}
          />
          <button aria-label={`Set the quantity of ${name}`}>Set</button>
          <span id={`set-${sku}`} role="status" class={fault.value ? 'fault' : 'quiet'}>
            {fault.value || (saved.value ? '✓ set' : '')}
          </span>
        </form>
      </td>
    </tr>
  );
}
