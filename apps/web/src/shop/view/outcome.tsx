import { useSignal } from '@preact/signals';
import type { Order } from '../shop-api.js';
import { tried } from '../../state/alert.js';
import { fillWith } from '../state/basket.js';
import { cancelOrder } from '../state/orders.js';

/** What happened to an order, why, and what can be done now. */
export function Outcome({ order }: { order: Order }) {
  const cancelling = useSignal(false);
  const cancel = async () => {
    if (cancelling.value) return;
    cancelling.value = true;
    await tried(() => cancelOrder(order.orderId));
    cancelling.value = false;
  };
  const again = () => {
    fillWith(order.lines);
    document.querySelector<HTMLElement>('.order .primary')?.focus();
  };
  const open = order.status === 'PLACED' || order.status === 'CONFIRMED';
  return (
    <div class="outcome" data-testid="outcome" data-status={order.status}>
      <p>{meaning(order)}</p>
      {open ? (
        <button type="button" aria-disabled={cancelling} onClick={() => void cancel()}>
          Cancel this order
        </button>
      ) : (
        <button type="button" onClick={again}>
          {order.status === 'REJECTED' ? 'Put what is there into the basket' : 'Order it again'}
        </button>
      )}
    </div>
  );
}

function meaning({ status, reason, version }: Order): string {
  switch (status) {
    case 'PLACED':
      return 'Accepted: the order and its event were committed together, so neither can get lost. Inventory is asked for the goods.';
    case 'CONFIRMED':
      return 'Inventory took the goods off the stock. You can still cancel: then they go back.';
    case 'REJECTED':
      return reason === 'RESERVATION_TIMEOUT'
        ? 'Inventory did not answer in time. Should it take the goods after all, it is told to put them back.'
        : 'There was not enough in stock. All lines or none: nothing was taken, also of what was there.';
    case 'CANCELLED':
      return version > 2
        ? 'You cancelled it. Inventory reads of it in the event log and puts the goods back: watch the stock rise.'
        : 'You cancelled it before inventory had answered. Whatever inventory takes for it goes back.';
  }
}
