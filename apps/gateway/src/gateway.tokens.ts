// What the module provides for ports of the use cases.
export const ORDERS = Symbol('ORDERS');
export const STOCK = Symbol('STOCK');
