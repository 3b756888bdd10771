import { describe, expect, it } from 'vitest';
import { aWebhook, anEndpoint } from '../../test/webhook.js';
import { SendWebhook } from './send-webhook.js';
import type { WebhookEndpoint } from './webhook.js';

function given(endpoints: readonly WebhookEndpoint[]) {
  const delivered: string[] = [];
  const sendWebhook = new SendWebhook({
    endpoints: {
      all: async () => endpoints,
      find: async (id) => endpoints.find((endpoint) => endpoint.id === id),
      wants: async () => true,
    },
    channel: {
      deliver: async ({ notificationId }, { id }) =>
        void delivered.push(`${notificationId} to ${id}`),
    },
  });
  const { signal } = new AbortController();
  const send = (endpointId: string, webhook = aWebhook()) =>
    sendWebhook.execute({ webhook, endpointId, signal });
  return { delivered, send };
}

describe('SendWebhook', () => {
  const [shop, erp] = [anEndpoint('https://shop.example'), anEndpoint('https://erp.example')];

  it('tells the endpoint that is named, and no other', async () => {
    const { delivered, send } = given([shop, { ...erp, id: 'erp' }]);
    await send('erp');
    expect(delivered).toEqual(['o-1-v2 to erp']);
  });

  it('given a kind that the endpoint does not want, then passes it over', async () => {
    const { delivered, send } = given([shop]);
    await send('shop', aWebhook({ kind: 'order_cancelled' }));
    expect(delivered).toEqual([]);
  });

  it('given an endpoint that is gone, then passes it over', async () => {
    const { delivered, send } = given([shop]);
    await send('erp');
    expect(delivered).toEqual([]);
  });
});
