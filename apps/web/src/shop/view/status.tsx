import type { OrderStatus } from '../shop-api.js';
import { statusShapes, statusWords } from './shop-words.js';

export function Status({ status }: { status: OrderStatus }) {
  return (
    <span class="status" data-status={status}>
      <span aria-hidden="true">{statusShapes[status]}</span> {statusWords[status]}
    </span>
  );
}
