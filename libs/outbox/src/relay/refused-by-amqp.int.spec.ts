import { amqpTransport } from '@mesh/messaging/amqp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { verdictOf } from '../testing/relay-verdict.js';
import { openSetting, type Setting } from '../testing/setting.js';
import { startRelay } from '../testing/start-relay.js';
import { ownNames, throughBroker } from '../testing/through-broker.js';

const url = process.env['TEST_AMQP_URL'] ?? '';
const KEYS = 8;
const VERSIONS = 6;

describe.skipIf(url === '')('a RabbitMQ queue that is full refuses events', () => {
  let setting: Setting;
  const names = ownNames();
  const { source, group } = names;
  const transport = amqpTransport({
    ...{ url, clientName: 'refused-spec' },
    topology: {
      exchanges: [{ name: source, type: 'topic' }],
      queues: [{ name: group, type: 'quorum', maxLength: 3 }],
      bindings: [{ exchange: source, queue: group, routingKey: '#' }],
    },
  });
  beforeEach(async () => void (setting = await openSetting()));
  afterEach(async () => {
    await transport.close();
    await setting.close();
  });

  it('again and again, then later ones of their keys do not overtake them and none is lost', async () => {
    const committed = new Map<string, number>();
    for (let version = 1; version <= VERSIONS; version++) {
      for (let key = 0; key < KEYS; key++) {
        const gauge = `gauge-${key}`;
        committed.set(gauge, await setting.commitChange(gauge));
      }
    }
    const { publisher, versions } = await throughBroker(transport, names);
    const codes = new Set<unknown>();
    const relay = await startRelay(setting, {
      publishers: async () => publisher,
      hooks: { failed: (error) => codes.add('code' in error && error.code) },
    });
    await eventually(() =>
      expect(verdictOf(versions, committed)).toMatchObject({ lost: 0, disordered: 0 }),
    );
    expect(codes).toContain('QUEUE_FULL');
    await relay.stop();
  });
});
