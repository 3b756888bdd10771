import { Module } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Outbox } from '@mesh/outbox';
import {
  CONFIG,
  DATABASE,
  DatabaseModule,
  MessagingModule,
  OUTBOX,
  RUNTIME,
  type Runtime,
} from '@mesh/service-kit';
import { webhookEndpoints, webhookGuard, type Config } from './config.js';
import { EmailRequestsSubscriber } from './inbound/email-requests.subscriber.js';
import { OrderEventsSubscriber } from './inbound/order-events.subscriber.js';
import { StockEventsSubscriber } from './inbound/stock-events.subscriber.js';
import { webhookRequestsSubscriber } from './inbound/webhook-requests.subscriber.js';
import { FileMailbox } from './outbound/file-mailbox.js';
import { HttpWebhookChannel } from './outbound/http-webhook-channel.js';
import { migrations } from './outbound/migrations/index.js';
import type { NotificationsDatabase } from './outbound/notifications-database.js';
import { PostgresNotificationStore } from './outbound/postgres-notification-store.js';
import { SmtpMailbox } from './outbound/smtp-mailbox.js';
import { ConfiguredWebhookEndpoints } from './outbound/webhook-endpoints-file.js';
import { AnnounceOrderChange } from './use-cases/announce-order-change.js';
import { AnnounceStockChange } from './use-cases/announce-stock-change.js';
import type { MailChannel } from './use-cases/mail.js';
import { SendEmail } from './use-cases/send-email.js';
import { SendWebhook } from './use-cases/send-webhook.js';
import type { WebhookEndpoints } from './use-cases/webhook.js';

const MAIL_CHANNEL = Symbol('MAIL_CHANNEL');
const WEBHOOK_ENDPOINTS = Symbol('WEBHOOK_ENDPOINTS');

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'notifications', outbox: true }),
  ],
  providers: [
    OrderEventsSubscriber,
    StockEventsSubscriber,
    EmailRequestsSubscriber,
    {
      provide: PostgresNotificationStore,
      inject: [DATABASE, OUTBOX],
      useFactory: (db: Kysely<NotificationsDatabase>, outbox: Outbox) =>
        new PostgresNotificationStore({ db, outbox }),
    },
    {
      provide: AnnounceOrderChange,
      inject: [CONFIG, WEBHOOK_ENDPOINTS],
      useFactory: ({ MAIL_DOMAIN: mailDomain }: Config, webhooks: WebhookEndpoints) =>
        new AnnounceOrderChange({ mailDomain, webhooks }),
    },
    { provide: AnnounceStockChange, useFactory: () => new AnnounceStockChange() },
    { provide: MAIL_CHANNEL, inject: [CONFIG, RUNTIME], useFactory: openMailChannel },
    {
      provide: SendEmail,
      inject: [PostgresNotificationStore, MAIL_CHANNEL],
      useFactory: (store: PostgresNotificationStore, channel: MailChannel) =>
        new SendEmail({ store, channel }),
    },
    {
      provide: WEBHOOK_ENDPOINTS,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new ConfiguredWebhookEndpoints(webhookEndpoints(config).endpoints),
    },
    {
      provide: 'WebhookRequestsSubscriber',
      inject: [CONFIG, WEBHOOK_ENDPOINTS],
      useFactory: async (config: Config, endpoints: WebhookEndpoints) => {
        const channel = new HttpWebhookChannel({ guard: webhookGuard(config) });
        const sendWebhook = new SendWebhook({ endpoints, channel });
        return webhookRequestsSubscriber(await endpoints.all(), sendWebhook);
      },
    },
  ],
})
export class NotificationsModule {}

function openMailChannel(config: Config, { lifecycle }: Runtime): MailChannel {
  const { SMTP_URL: url, MAILBOX_DIR: folder, MAIL_FROM: from } = config;
  const channel = url ? new SmtpMailbox({ url, from }) : new FileMailbox({ folder, from });
  lifecycle.onStop('close', 'mail', () => channel.close());
  return channel;
}
