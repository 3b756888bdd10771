import type { LiveUpdate } from '../domain/live-update.js';
import type { LiveResource } from '../use-cases/live-resource.js';

/** A change as clients get it. */
export type UpdateMessage = Readonly<Record<string, unknown>> & {
  readonly traceparent: string;
  readonly cursor: string;
};

interface Made {
  readonly update: LiveUpdate;
  readonly message: UpdateMessage;
}

/** Makes messages: the same object for all sockets that are told the same one after the other, so that it is encoded once. */
export function updateMessages() {
  let last: Made | undefined;
  return (
    resource: LiveResource,
    update: LiveUpdate,
    { traceparent, cursor }: { readonly traceparent: string; readonly cursor: string },
  ): UpdateMessage => {
    if (
      last?.update === update &&
      last.message.cursor === cursor &&
      last.message.traceparent === traceparent
    )
      return last.message;
    const message = { ...resource.told(update), traceparent, cursor };
    last = { update, message };
    return message;
  };
}
