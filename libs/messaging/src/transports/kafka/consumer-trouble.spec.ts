import { describe, expect, it, vi } from 'vitest';
import { KafkaAccess } from './access.js';
import { ConsumerTrouble } from './consumer-trouble.js';

const brokerError = (type: string) => Object.assign(new Error(`Broker: ${type}`), { type });

function trouble() {
  const [log, onBlocked] = [vi.fn(), vi.fn()];
  const settings = { access: new KafkaAccess({}, log), log };
  const consumer = new ConsumerTrouble({ settings, groupId: 'g.t', topic: 't', onBlocked });
  const levels = () => log.mock.calls.map(([level]) => level as string);
  return { consumer, levels, onBlocked };
}

describe('the trouble of a consumer', () => {
  it('given a missing right, then it is an error once, and who waits is told until it is given', () => {
    const { consumer, levels, onBlocked } = trouble();
    for (const pauseMs of [200, 400, 800])
      consumer.crashed(brokerError('GROUP_AUTHORIZATION_FAILED'), pauseMs);
    consumer.joined();
    consumer.joined();
    expect(levels()).toEqual(['error', 'debug', 'debug']);
    expect(onBlocked.mock.calls.map(([error]) => (error as Error | null)?.message)).toEqual([
      ...Array(3).fill('Kafka refuses g.t: GROUP_AUTHORIZATION_FAILED'),
      undefined,
    ]);
  });

  it('given a broker that is away or loading, then nobody is blocked', () => {
    const { consumer, levels, onBlocked } = trouble();
    consumer.crashed(new Error('connect ECONNREFUSED'), 200);
    consumer.crashed(brokerError('GROUP_COORDINATOR_NOT_AVAILABLE'), 400);
    consumer.joined();
    expect(levels()).toEqual(['warn', 'debug']);
    expect(onBlocked).not.toHaveBeenCalled();
  });
});
