import { DeadLetterClient, type Query, type WholeLetter } from '../client.js';

export const letter: WholeLetter = {
  ...{ id: '7', group: 'inventory', stream: 'mesh.order.v1', key: 'k', behind: null },
  ...{ eventSource: '/order', eventId: 'e', eventType: 'mesh.order.v1.OrderPlaced' },
  ...{ unread: false, holdsKey: true, reason: 'rejected', attempts: 1 },
  ...{ errorCode: 'E', errorMessage: 'broken', fingerprint: 'f' },
  ...{ firstFailedAt: '2026-11-21T15:00:00Z', lastFailedAt: '2026-11-21T15:00:00Z' },
  ...{ parkedAt: '2026-11-21T15:00:00Z', position: '1:1', routingKey: null },
  ...{ headers: {}, body: '', data: null, attributes: null },
};

/** Of a service that keeps the dead letter 7, rejected, and to which nothing was done yet. */
class OneLetter extends DeadLetterClient {
  override list = (query: Query) => this.whole(query);
  override plan = (query: Query) => this.whole(query);
  override audit = async () => [];

  override async whole({ ids = '7', reason = 'rejected' }: Query): Promise<WholeLetter[]> {
    return ids.split(',').includes('7') && reason === 'rejected' ? [letter] : [];
  }
}

export const oneLetter = [new OneLetter('inventory', 'http://127.0.0.1:1', 'token')];
