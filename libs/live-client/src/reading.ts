import type { Resource } from './definitions.js';
import type { Resync, ResyncReason, Updated } from './events.js';
import { isText, isVersion, type Message } from './messages.js';

/** An update of a resource, and whose; undefined for other messages, and for what is not of the contract. */
export function readUpdate<Update extends object>(
  { idField, message }: Resource<Update>,
  { name, fields }: Message,
): { readonly id: string; readonly update: Updated<Update> } | undefined {
  if (name !== message) return undefined;
  const { conflated, skipped: _skipped, ...rest } = fields;
  const { [idField]: id, version, cursor } = rest;
  if (!isText(id) || !isVersion(version) || !isText(cursor)) return undefined;
  const update = { ...rest, type: 'updated', conflated: conflated === true };
  return { id, update: update as unknown as Updated<Update> };
}

/** A resync of a resource: of one thing, by its id, or of the whole feed. */
export function readResync<Item extends object>(
  { idField, feed, isDefault = false }: Resource<object, Item>,
  { name, fields }: Message,
): { readonly id: string | undefined; readonly resync: Resync<Item> } | undefined {
  if (name !== 'resync' || !isText(fields['cursor'])) return undefined;
  const own = fields['feed'] === undefined ? isDefault : fields['feed'] === feed;
  if (!own) return undefined;
  const { [idField]: id, reason, snapshot, cursor } = fields;
  const told = { reason: reason as ResyncReason, cursor, snapshot: snapshot ?? null };
  const resync = { type: 'resync', ...told } as Resync<Item>;
  return { id: isText(id) ? id : undefined, resync };
}

/** The id and the version of each thing that a snapshot shows. */
export function shownBy<Item extends object>(
  { idField }: Resource<object, Item>,
  { snapshot }: Resync<Item>,
): readonly (readonly [id: string, version: number])[] {
  return (snapshot?.items ?? []).flatMap((item) => {
    const { [idField]: id, version } = item as Readonly<Record<string, unknown>>;
    return isText(id) && isVersion(version) ? [[id, version] as const] : [];
  });
}
