// What the module provides for ports of the use cases.
export const ORDERS = Symbol('ORDERS');
export const STOCK = Symbol('STOCK');
export const ORDER_RPC = Symbol('ORDER_RPC');
export const OPERATIONS = Symbol('OPERATIONS');
export const RATE_LIMITS = Symbol('RATE_LIMITS');
