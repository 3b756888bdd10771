import { z } from 'zod';
import {
  authConfig,
  databaseConfig,
  outboxConfig,
  serviceConfig,
  transportConfig,
} from '@mesh/service-kit';
import { AddressGuard, parseCidrs } from './outbound/address-guard.js';
import { readEndpointsFile, type EndpointsFile } from './outbound/webhook-endpoints-file.js';

const address = String.raw`[^\s@<>,;]+@[A-Za-z0-9.-]+`;
const sender = new RegExp(String.raw`^(${address}|[^<>@,;\p{Cc}]*<${address}>)$`, 'u');

const shape = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...outboxConfig,
  ...transportConfig,
  /** Of the operators who call the management port. */
  ...authConfig,
  /** Where mails are kept as files, unless SMTP_URL is set. */
  MAILBOX_DIR: z.string().min(1).default('.mesh/mailbox'),
  /** Mails go to this server instead. */
  SMTP_URL: z
    .string()
    .refine((value) => URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol), {
      error: 'a URL that starts with smtp:// or smtps://',
    })
    .optional(),
  /** The sender of mails. */
  MAIL_FROM: z
    .string()
    .regex(sender, {
      error: 'an address: "orders@shop.example" or "Shop <orders@shop.example>"',
    })
    .default('Mesh shop <orders@mesh.example>'),
  /** A customer's mail goes to `<customer id>@` this. */
  MAIL_DOMAIN: z
    .string()
    .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, { error: 'a domain name' })
    .default('customers.example'),
  /** Who is told of changes of orders over HTTP: a JSON list of `{ id, url, secret, kinds }`. Nobody unless set. */
  WEBHOOK_ENDPOINTS_FILE: z.string().optional(),
  /** Addresses that webhooks may be sent to although they are not public, over plain http too. None unless set. */
  WEBHOOK_ALLOW_PRIVATE: z
    .string()
    .refine(areCidrs, { error: 'ranges of addresses, separated by commas: 127.0.0.0/8,::1/128' })
    .optional(),
});

interface WebhookVariables {
  readonly WEBHOOK_ENDPOINTS_FILE?: string | undefined;
  readonly WEBHOOK_ALLOW_PRIVATE?: string | undefined;
}

/** Where webhooks may be sent. */
export function webhookGuard({ WEBHOOK_ALLOW_PRIVATE: ranges }: WebhookVariables): AddressGuard {
  return new AddressGuard(ranges === undefined ? {} : { allowed: parseCidrs(ranges) });
}

/** To whom webhooks are sent. */
export function webhookEndpoints(config: WebhookVariables): EndpointsFile {
  const { WEBHOOK_ENDPOINTS_FILE: file } = config;
  if (file === undefined) return { endpoints: [], faults: [] };
  return readEndpointsFile(file, webhookGuard(config));
}

export const configSchema = shape.refine((config) => endpointFaults(config).length === 0, {
  path: ['WEBHOOK_ENDPOINTS_FILE'],
  error: ({ input }) =>
    `a JSON list of {"id", "url", "secret", "kinds"} (${endpointFaults(input as WebhookVariables).join('; ')})`,
  // Also when other variables are wrong: they are told together.
  when: () => true,
});

export type Config = z.output<typeof configSchema>;

function endpointFaults(config: WebhookVariables): readonly string[] {
  const { WEBHOOK_ALLOW_PRIVATE: ranges } = config;
  // What may be in the file depends on them: first things first.
  if (ranges !== undefined && !areCidrs(ranges)) return [];
  return webhookEndpoints(config).faults;
}

function areCidrs(list: string): boolean {
  try {
    return parseCidrs(list).length > 0;
  } catch {
    return false;
  }
}
