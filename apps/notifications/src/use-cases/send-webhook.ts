import type { Webhook, WebhookChannel, WebhookEndpoints } from './webhook.js';

/**
 * Tells one endpoint of one change. What the endpoint does not want (any more), and an endpoint that
 * is gone, is passed over: a queue may still hold what was wanted once.
 */
export class SendWebhook {
  readonly #endpoints: WebhookEndpoints;
  readonly #channel: WebhookChannel;

  constructor(deps: { readonly endpoints: WebhookEndpoints; readonly channel: WebhookChannel }) {
    this.#endpoints = deps.endpoints;
    this.#channel = deps.channel;
  }

  /** @throws WebhookError */
  async execute(request: {
    readonly webhook: Webhook;
    readonly endpointId: string;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { webhook, endpointId, signal } = request;
    const endpoint = await this.#endpoints.find(endpointId);
    if (!endpoint?.kinds.has(webhook.kind)) return;
    await this.#channel.deliver(webhook, endpoint, signal);
  }
}
