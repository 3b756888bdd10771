import { computed } from '@preact/signals';
import { goTo, hashTo, path } from '../../state/route.js';

/** The order that the address names. */
export const orderInAddress = computed(() =>
  path.value[0] === 'orders' ? path.value[1] : undefined,
);

export const orderHash = (orderId: string): string => hashTo('orders', orderId);
export const goToOrder = (orderId: string): void => goTo('orders', orderId);
