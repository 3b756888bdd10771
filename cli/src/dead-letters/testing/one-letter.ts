import { DeadLetterClient, type Query, type WholeLetter } from '../client.js';

export const letter: WholeLetter = {
  ...{ id: '7', group: 'probe', stream: 'mesh.probe.v1', key: 'k', behind: null },
  ...{ eventSource: '/job', eventId: 'e', eventType: 'mesh.probe.v1.JobPlaced' },
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

export const oneLetter = [new OneLetter('probe', 'http://127.0.0.1:1', 'token')];
