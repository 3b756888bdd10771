import { z } from 'zod';

const orderId = z
  .string({ error: 'must be a string' })
  .regex(/^[\w-]{1,64}$/, { error: 'must be the id of an order' });
const afterVersion = z
  .int({ error: 'must be a whole number from 0' })
  .min(0, { error: 'must be a whole number from 0' })
  .max(2 ** 32 - 1, { error: 'must be a version' })
  .default(0);
const cursor = z
  .string({ error: 'must be a string' })
  .nullish()
  .transform((text) => text ?? undefined);

const versions = z
  .record(z.string().max(64), z.int().min(0), { error: 'must be versions by SKU' })
  .optional();

/** What `subscribe` and `unsubscribe` take. */
export const subscription = z.union([
  z.strictObject({ orderId, afterVersion }),
  z.strictObject({ feed: z.literal('orders'), cursor }),
  z.strictObject({ feed: z.literal('stock'), versions }),
]);

/** What `renew` takes. */
export const renewal = z.strictObject({ token: z.string({ error: 'must be a string' }).min(1) });

/** The token, or what is wrong with the message. */
export function parseToken(
  message: unknown,
): z.output<typeof renewal> | { readonly fault: string } {
  const parsed = renewal.safeParse(message);
  return parsed.success ? parsed.data : { fault: 'Send {token}' };
}

export type Subscription = z.output<typeof subscription>;

const shapes = '{orderId, afterVersion}, {feed: "orders", cursor?} or {feed: "stock"}';

/** The subscription, or what is wrong with it. */
export function parseSubscription(message: unknown): Subscription | { readonly fault: string } {
  const parsed = subscription.safeParse(message);
  if (parsed.success) return parsed.data;
  return { fault: faultOf(message) ?? `Send ${shapes}` };
}

/** The fault within the shape that was meant. */
function faultOf(message: unknown): string | undefined {
  const meant = subscription.options.find(
    ({ shape }) =>
      typeof message === 'object' &&
      message !== null &&
      ('orderId' in shape
        ? 'orderId' in message
        : 'feed' in message && message.feed === shape.feed.value),
  );
  const issue = meant?.safeParse(message).error?.issues[0];
  if (!issue) return undefined;
  if (issue.code === 'unrecognized_keys') return `Unknown field ${JSON.stringify(issue.keys[0])}`;
  return `${issue.path.join('.')}: ${issue.message}`;
}
