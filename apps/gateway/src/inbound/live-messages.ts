import { z } from 'zod';
import type { LiveResource, StateResource } from '../use-cases/live-resource.js';

/** What can be followed here. */
export interface LiveTopics {
  readonly resources: readonly LiveResource[];
  readonly states: readonly StateResource[];
}

/** What a client subscribes to, and from where. */
export type Subscription =
  | {
      readonly kind: 'one';
      readonly resource: LiveResource;
      readonly id: string;
      readonly afterVersion: number;
    }
  | {
      readonly kind: 'feed';
      readonly resource: LiveResource;
      readonly cursor: string | undefined;
    }
  | {
      readonly kind: 'states';
      readonly resource: StateResource;
      readonly versions: Readonly<Record<string, number>> | undefined;
    };

export type Faulty = { readonly fault: string };

/** One of the forms that `subscribe` and `unsubscribe` take. */
interface Shape {
  readonly schema: z.ZodObject;
  /** For people, such as `{orderId, afterVersion}`. */
  readonly usage: string;
  isMeant(message: object): boolean;
  read(data: never): Subscription;
}

/** Each is read from the service that owns it, with the caller's token. */
const maxOwnedVersions = 100;
const afterVersion = z
  .int({ error: 'must be a whole number from 0' })
  .min(0, { error: 'must be a whole number from 0' })
  .max(2 ** 32 - 1, { error: 'must be a version' })
  .default(0);
const cursor = z
  .string({ error: 'must be a string' })
  .nullish()
  .transform((text) => text ?? undefined);

/** Reads what `subscribe` and `unsubscribe` take. */
export class Subscriptions {
  /** Of all that it takes; never, when there is nothing to follow. */
  readonly schema: z.ZodType;
  readonly #shapes: readonly Shape[];

  constructor({ resources, states }: LiveTopics) {
    this.#shapes = [
      ...resources.flatMap((resource) => [shapeOfOne(resource), shapeOfFeed(resource)]),
      ...states.map(shapeOfStates),
    ];
    const [first, ...others] = this.#shapes.map(({ schema }) => schema);
    this.schema = first === undefined ? z.never() : z.union([first, ...others]);
  }

  /** The subscription, or what is wrong with the message. */
  parse(message: unknown): Subscription | Faulty {
    const given = typeof message === 'object' && message !== null ? message : {};
    const meant = this.#shapes.find((shape) => shape.isMeant(given));
    if (meant === undefined) return { fault: this.#usage };
    const parsed = meant.schema.safeParse(message);
    if (parsed.success) return meant.read(parsed.data as never);
    const [issue] = parsed.error.issues;
    if (issue?.code === 'unrecognized_keys')
      return { fault: `Unknown field ${JSON.stringify(issue.keys[0])}` };
    return { fault: `${issue?.path.join('.')}: ${issue?.message}` };
  }

  get #usage(): string {
    const usages = this.#shapes.map(({ usage }) => usage);
    const last = usages.pop();
    if (last === undefined) return 'There is nothing to subscribe to: nothing here is live';
    return `Send ${usages.length > 0 ? `${usages.join(', ')} or ` : ''}${last}`;
  }
}

function shapeOfOne(resource: LiveResource): Shape {
  const { name, idField } = resource;
  const id = z
    .string({ error: 'must be a string' })
    .regex(/^[\w-]{1,64}$/, { error: `must be the id of ${withArticle(name)}` });
  return {
    schema: z.strictObject({ [idField]: id, afterVersion }),
    usage: `{${idField}, afterVersion}`,
    isMeant: (message) => idField in message,
    read: (data: Readonly<Record<string, string>> & { readonly afterVersion: number }) => ({
      ...{ kind: 'one', resource, afterVersion: data.afterVersion },
      id: data[idField] ?? '',
    }),
  };
}

function shapeOfFeed(resource: LiveResource): Shape {
  const { feed } = resource;
  return {
    schema: z.strictObject({ feed: z.literal(feed), cursor }),
    usage: `{feed: "${feed}", cursor?}`,
    isMeant: (message) => 'feed' in message && message.feed === feed,
    read: (data: { readonly cursor: string | undefined }) => ({
      ...{ kind: 'feed', resource, cursor: data.cursor },
    }),
  };
}

function shapeOfStates(resource: StateResource): Shape {
  const { feed, keyName, isOwned = false } = resource;
  const versions = z
    .record(z.string().max(64), z.int().min(0), {
      error: `must be versions by ${keyName}`,
    })
    .refine((given) => !isOwned || Object.keys(given).length <= maxOwnedVersions, {
      error: `must be at most ${maxOwnedVersions}`,
    })
    .optional();
  return {
    schema: z.strictObject({ feed: z.literal(feed), versions }),
    usage: `{feed: "${feed}"}`,
    isMeant: (message) => 'feed' in message && message.feed === feed,
    read: (data: { readonly versions?: Readonly<Record<string, number>> }) => ({
      ...{ kind: 'states', resource, versions: data.versions },
    }),
  };
}

/** What `renew` takes. */
export const renewal = z.strictObject({ token: z.string({ error: 'must be a string' }).min(1) });

/** The token, or what is wrong with the message. */
export function parseToken(message: unknown): z.output<typeof renewal> | Faulty {
  const parsed = renewal.safeParse(message);
  return parsed.success ? parsed.data : { fault: 'Send {token}' };
}

function withArticle(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
