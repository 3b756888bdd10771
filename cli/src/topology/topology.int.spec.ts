import { kafkaTopics } from '@mesh/contracts/topology';
import kafkajs from 'kafkajs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingForKafka, startKafka, type KafkaServer } from '@mesh/tools/servers/kafka';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { topology } from './command.js';

const [topic] = kafkaTopics;

// On a broker of its own: the mesh's topics have one name everywhere.
describe.skipIf(missingForKafka() !== null)('npm run mesh -- topology', () => {
  const folder = temporaryFolder();
  let kafka: KafkaServer;

  async function run(...args: string[]) {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const env = { KAFKA_BROKERS: kafka.brokers };
    const code = await topology.run([...args, '--brokers', 'kafka'], { say, warn: say, env });
    return { code, text: lines.join('\n') };
  }
  beforeAll(async () => {
    kafka = await startKafka({ dataDir: join(folder.path, 'kafka') });
  }, 60_000);
  afterAll(async () => {
    await kafka.stop();
    folder.remove();
  }, 20_000);

  it('shows what is missing, makes it when told, and then finds nothing', async () => {
    const before = await run('diff');
    expect(before).toMatchObject({ code: 1, text: expect.stringContaining('is missing') });
    await expect(run('apply')).rejects.toMatchObject({ exitCode: 2 });
    expect(await run('diff')).toEqual(before);
    expect(await run('apply', '--yes')).toMatchObject({
      code: 0,
      text: expect.stringContaining(`Changed: ${kafkaTopics.length}, left: 0`),
    });
    // A broker learns of a change a moment after its controller.
    await expect.poll(() => run('diff')).toEqual({ code: 0, text: 'Nothing differs.' });
  });

  it('names what it leaves, and why', async () => {
    const admin = new kafkajs.Kafka({ brokers: [kafka.brokers] }).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: topic!.name, count: 9 }] });
    await admin.disconnect();
    await expect.poll(async () => (await run('diff')).code).toBe(1);
    const { code, text } = await run('apply', '--yes', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      applied: [],
      left: [
        {
          ...{ broker: 'kafka', resource: 'topic', name: topic!.name, setting: 'partitions' },
          ...{ wanted: '6', found: '9', change: 'unsafe' },
          why: expect.stringContaining('Kafka can not take partitions away'),
        },
      ],
    });
  });

  it('given a broker that does not answer, then exit code 1 says so, and 2 given none', async () => {
    const terminal = { say: () => {}, warn: () => {} };
    const env = { KAFKA_BROKERS: '127.0.0.1:1' };
    await expect(topology.run(['diff'], { ...terminal, env })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('kafka could not be asked'),
    });
    await expect(topology.run(['diff'], { ...terminal, env: {} })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('In the embedded profile there is no topology'),
    });
  });
});
