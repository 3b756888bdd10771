import type { Order } from '../api.js';
import { cancelOrder, orders } from '../state/orders.js';
import { tried } from '../state/alert.js';
import { itemBySku } from '../state/stock.js';
import { because, clock, money } from './format.js';

export function OrderList() {
  return (
    <section aria-labelledby="orders-title">
      <h2 id="orders-title">Your orders</h2>
      {orders.value?.length ? (
        <ul class="orders">
          {orders.value.map((order) => (
            <Row key={order.orderId} order={order} />
          ))}
        </ul>
      ) : (
        <p class="quiet empty">{orders.value ? 'None yet.' : 'Loading…'}</p>
      )}
    </section>
  );
}

function Row({ order }: { order: Order }) {
  const open = order.status === 'PLACED' || order.status === 'CONFIRMED';
  return (
    <li data-testid="order" data-status={order.status}>
      <span class={`state ${order.status.toLowerCase()}`}>{order.status.toLowerCase()}</span>
      <span class="lines">
        {order.lines
          .map((line) => `${line.quantity} × ${itemBySku.value.get(line.sku)?.name ?? line.sku}`)
          .join(', ')}
        {order.reason && <em> {because(order.reason)}</em>}
      </span>
      <span class="sum">{money(order.total)}</span>
      <time class="quiet" dateTime={order.createdAt}>
        {clock(order.createdAt)}
      </time>
      <button
        type="button"
        aria-label={`Cancel the order of ${clock(order.createdAt)}`}
        aria-disabled={!open}
        onClick={() => open && void tried(() => cancelOrder(order.orderId))}
      >
        Cancel
      </button>
    </li>
  );
}
