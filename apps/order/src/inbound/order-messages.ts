import { OrderStatus as StatusMessage } from '@mesh/contracts/order';
import type { Order as OrderMessage, OrderUpdate as UpdateMessage } from '@mesh/contracts/order';
import type { Order, OrderStatus, OrderUpdate } from '../domain/order.js';

const statuses: Record<OrderStatus, StatusMessage> = {
  PLACED: StatusMessage.ORDER_STATUS_PLACED,
  CONFIRMED: StatusMessage.ORDER_STATUS_CONFIRMED,
  REJECTED: StatusMessage.ORDER_STATUS_REJECTED,
  CANCELLED: StatusMessage.ORDER_STATUS_CANCELLED,
};

export function orderMessage(order: Order): OrderMessage {
  return { ...order, status: statuses[order.status] };
}

export function updateMessage(update: OrderUpdate): UpdateMessage {
  return { ...update, status: statuses[update.status] };
}
