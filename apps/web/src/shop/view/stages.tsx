import type { Order, OrderStatus } from '../shop-api.js';
import type { Story } from '../state/stories.js';
import { clock, elapsed } from '../../view/words.js';
import { statusShapes, statusWords } from './shop-words.js';

/** The states that an order went through, with the time since it was placed. */
export function Stages({ order, story }: { order: Order; story: Story }) {
  const placedAt = Date.parse(order.createdAt);
  const known = new Map<OrderStatus, number>([['PLACED', placedAt]]);
  for (const { status, occurredAt } of story.changes)
    if (status !== 'PLACED') known.set(status, Date.parse(occurredAt));
  if (!known.has(order.status)) known.set(order.status, Date.parse(order.updatedAt));
  return (
    <ol class="stages">
      {[...known].map(([status, at], number) => (
        <li key={status} data-status={status}>
          <span aria-hidden="true">{statusShapes[status]}</span> <b>{statusWords[status]}</b>{' '}
          <span class="quiet">
            {number === 0 ? clock(order.createdAt) : `+${elapsed(Math.max(0, at - placedAt))}`}
          </span>
        </li>
      ))}
      {order.status === 'PLACED' && <li class="ahead">Confirmed or rejected…</li>}
    </ol>
  );
}
