import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { kafkaTransport } from '@mesh/messaging/kafka';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../in-transaction.js';
import { eventually } from '../testing/eventually.js';
import { openSetting, type Setting } from '../testing/setting.js';
import { startRelay } from '../testing/start-relay.js';
import { ownNames, throughBroker } from '../testing/through-broker.js';
import { RelayDeadLetters } from './relay-dead-letters.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
/** Above what an event of this test takes, and below the one that is large. */
const MAX_BYTES = 4000;

describe.skipIf(brokers.length === 0)('a Kafka topic refuses the first of two events', () => {
  let setting: Setting;
  const names = ownNames();
  const transport = kafkaTransport({ brokers, clientId: 'refused-spec' });
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  beforeEach(async () => {
    setting = await openSetting();
    await admin.connect();
  });
  afterEach(async () => {
    await admin.disconnect();
    await transport.close();
    await setting.close();
  });

  const allow = (bytes: number) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: names.source,
          configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
        },
      ],
    });

  it('for its size, then the second one waits behind it; redriven, both come in order with their ids', async () => {
    const { publisher, versions } = await throughBroker(transport, names);
    const publishers = async () => publisher;
    await allow(MAX_BYTES);
    const { id } = await inTransaction(setting.db, setting.outbox, (tx) =>
      setting.outbox.append(
        tx,
        GaugeChanged,
        { gauge: 'large', level: 0, version: 1, occurredAt: undefined },
        { correlationId: 'c'.repeat(2 * MAX_BYTES) },
      ),
    );
    await setting.pool.query(`insert into aggregate values ('large', 1)`);
    await setting.commitChange('large');
    for (let n = 0; n < 3; n++) await setting.commitChange('small');
    const relay = await startRelay(setting, { publishers, unpublishable: 'park-key' });
    await eventually(() => expect(versions.get('small')).toEqual([1, 2, 3]));

    const letters = new RelayDeadLetters({ pool: setting.pool, publishers });
    await eventually(async () => expect(await letters.list()).toHaveLength(2));
    const [first, second] = await letters.list();
    expect(first).toMatchObject({ eventId: id, key: 'large', reason: 'MESSAGE_TOO_LARGE' });
    expect(second).toMatchObject({ key: 'large', reason: 'BEHIND' });
    expect(versions.get('large')).toBeUndefined();

    await allow(100 * MAX_BYTES);
    const of = { stream: GaugeChanged.stream.name, key: 'large' };
    await eventually(async () =>
      expect(await letters.redrive(of, 'ann')).toEqual({ redriven: expect.any(Number), left: 0 }),
    );
    await setting.commitChange('large');
    await eventually(() => expect(versions.get('large')).toEqual([1, 2, 3]));
    await relay.stop();
  });
});
