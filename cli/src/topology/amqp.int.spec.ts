import { describe, expect, it } from 'vitest';
import { topology } from './command.js';

const url = process.env['TEST_AMQP_URL'] ?? '';

describe.skipIf(url === '')('npm run mesh -- topology at AMQP', () => {
  it.each([
    [[], 'Queues of groups are made and checked by the services that read them.'],
    [['--json'], ']'],
  ])('given diff %j, then ends with %j', async (more, end) => {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    await topology.run(['diff', '--brokers', 'amqp', ...more], {
      ...{ say, warn: say },
      env: { AMQP_URL: url },
    });
    expect(lines.join('\n').split('\n').at(-1)).toMatch(end);
  });
});
