/**
 * A kind of thing that a gateway lets its customers follow, as its `/asyncapi.json` tells of it. `Update`:
 * what its message has beside the version, traceparent and cursor; `Item`: one of them in a snapshot.
 */
export interface Resource<Update extends object = object, Item extends object = object> {
  /** What an id is called: in the request for one, in messages and in snapshots. */
  readonly idField: string;
  /** The feed of all of the customer's. */
  readonly feed: string;
  /** The message that tells a change. */
  readonly message: string;
  /** Its `resync` names no feed; of one resource of a gateway at most. @default false */
  readonly isDefault?: boolean;
  /** Never there: only its type is looked at. */
  readonly types?: { readonly update: Update; readonly item: Item };
}

/** States that a gateway lets everybody follow. `State`: what its message has beside the version. */
export interface States<State extends object = object> {
  readonly feed: string;
  /** What the key is called of which the latest state counts. */
  readonly keyField: string;
  /** The message that tells a state. */
  readonly message: string;
  /** Never there: only its type is looked at. */
  readonly types?: { readonly state: State };
}

/** What is followed: `resource<OrderFields, Order>({ idField: 'orderId', … })`. */
export function resource<Update extends object, Item extends object = Update>(
  definition: Omit<Resource, 'types'>,
): Resource<Update, Item> {
  return definition;
}

/** What is followed: `states<{ sku: string; available: number }>({ feed: 'stock', … })`. */
export function states<State extends object>(definition: Omit<States, 'types'>): States<State> {
  return definition;
}
