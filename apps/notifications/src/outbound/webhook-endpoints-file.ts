import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { notificationKinds } from '../domain/notification.js';
import type { WebhookEndpoint, WebhookEndpoints } from '../use-cases/webhook.js';
import type { AddressGuard } from './address-guard.js';

const secretError = { error: 'must be "whsec_" and 24 to 64 bytes in base64' };
const secretsError = { error: `${secretError.error}, or a list of one to four of these` };

/** As the Standard Webhooks specification writes a symmetric secret. */
const secret = z
  .string(secretError)
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, secretError)
  .transform((text) => new Uint8Array(Buffer.from(text.slice('whsec_'.length), 'base64')))
  .refine(({ byteLength }) => byteLength >= 24 && byteLength <= 64, secretError);
const secrets = z.array(secret, secretsError).min(1, secretsError).max(4, secretsError);

const endpoint = z.strictObject({
  id: z.string({ error: 'must be a text' }).regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
    error: 'must be at most 40 lower-case letters, digits and hyphens',
  }),
  url: z
    .string({ error: 'must be a URL' })
    .refine((text) => URL.canParse(text), { error: 'must be a URL' })
    .transform((text) => new URL(text)),
  secret: z.preprocess((given) => (typeof given === 'string' ? [given] : given), secrets),
  kinds: z
    .array(z.enum(notificationKinds), { error: 'must be a list' })
    .min(1, { error: 'must name one or more' }),
});

/** The endpoints of a file, and everything that is wrong with it; no secret in any of it. */
export interface EndpointsFile {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly faults: readonly string[];
}

/** Reads a JSON list of `{ id, url, secret, kinds }`. Never throws: what is wrong is in `faults`. */
export function readEndpointsFile(path: string, guard: AddressGuard): EndpointsFile {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A syntax error would quote what it found, a secret perhaps.
    const why = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    return { endpoints: [], faults: [why] };
  }
  if (!Array.isArray(list)) return { endpoints: [], faults: ['it is not a list'] };
  const endpoints: WebhookEndpoint[] = [];
  const faults: string[] = [];
  for (const [index, item] of list.entries()) {
    const parsed = endpoint.safeParse(item);
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map((issue) => `[${index}]${describe(issue)}`));
      continue;
    }
    const { id, url, secret: secrets, kinds } = parsed.data;
    const fault = guard.faultOf(url);
    if (fault !== undefined) faults.push(`[${index}].url ${fault}`);
    if (endpoints.some((other) => other.id === id)) faults.push(`[${index}].id is there twice`);
    endpoints.push({ id, url, secrets, kinds: new Set(kinds) });
  }
  return { endpoints, faults };
}

/** The endpoints that a service was started with. */
export class ConfiguredWebhookEndpoints implements WebhookEndpoints {
  readonly #endpoints: ReadonlyMap<string, WebhookEndpoint>;
  readonly #kinds: ReadonlySet<string>;

  constructor(endpoints: readonly WebhookEndpoint[]) {
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.#kinds = new Set(endpoints.flatMap(({ kinds }) => [...kinds]));
  }

  async all(): Promise<readonly WebhookEndpoint[]> {
    return [...this.#endpoints.values()];
  }

  async find(id: string): Promise<WebhookEndpoint | undefined> {
    return this.#endpoints.get(id);
  }

  async wants(kind: string): Promise<boolean> {
    return this.#kinds.has(kind);
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  );
  const what =
    issue.code === 'invalid_value'
      ? `must be one of ${issue.values.join(', ')}`
      : issue.code === 'unrecognized_keys'
        ? `has what nobody knows: ${issue.keys.join(', ')}`
        : issue.message;
  return `${path.join('')} ${what}`;
}
