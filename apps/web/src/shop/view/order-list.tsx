import { useSignal } from '@preact/signals';
import type { Order } from '../shop-api.js';
import { tried } from '../../state/alert.js';
import { lookedAtId } from '../state/looked-at.js';
import { loadOrders, olderFrom, orders } from '../state/orders.js';
import { orderHash } from '../state/shop-route.js';
import { token } from '../../state/session.js';
import { Status } from './status.js';
import { clock } from '../../view/words.js';
import { because, money, summary } from './shop-words.js';

export function OrderList() {
  const loading = useSignal(false);
  const older = async (from: string) => {
    if (loading.value) return;
    loading.value = true;
    await tried(() => loadOrders(from));
    loading.value = false;
  };
  const waiting = token.value ? 'Loading…' : 'Sign in to see them.';
  return (
    <section class="orders" aria-labelledby="orders-title">
      <h2 id="orders-title">Your orders</h2>
      {orders.value?.length ? (
        <ul>
          {orders.value.map((order) => (
            <Row key={order.orderId} order={order} />
          ))}
        </ul>
      ) : (
        <p class="quiet">{orders.value ? 'None yet.' : waiting}</p>
      )}
      {olderFrom.value !== null && (
        <button type="button" aria-disabled={loading} onClick={() => void older(olderFrom.value!)}>
          Show older ones
        </button>
      )}
    </section>
  );
}

function Row({ order }: { order: Order }) {
  const { orderId, status, lines, reason, total, createdAt } = order;
  return (
    <li data-testid="order" data-status={status}>
      <a
        href={orderHash(orderId)}
        aria-current={lookedAtId.value === orderId ? 'true' : undefined}
        onClick={() => setTimeout(() => document.getElementById('path-title')?.focus())}
      >
        {summary(lines)}
      </a>
      <span class="sum">{money(total)}</span>
      <span class="state">
        <Status status={status} />
        {reason && <span class="quiet"> {because(reason)}</span>}
      </span>
      <time dateTime={createdAt}>{clock(createdAt)}</time>
    </li>
  );
}
