import { z } from 'zod';
import { authConfig, databaseConfig, serviceConfig, transportConfig } from '@mesh/service-kit';

const address = String.raw`[^\s@<>,;]+@[A-Za-z0-9.-]+`;
const sender = new RegExp(String.raw`^(${address}|[^<>@,;\p{Cc}]*<${address}>)$`, 'u');

export const configSchema = z.object({
  ...serviceConfig,
  ...databaseConfig,
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
});

export type Config = z.output<typeof configSchema>;
