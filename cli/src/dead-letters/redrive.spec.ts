import { expect, it } from 'vitest';
import { act } from './act.js';
import { DeadLetterClient, type ActionResult, type Letter } from './client.js';
import { readOptions } from './options.js';
import { letter } from './testing/one-letter.js';

/** Of a service that keeps letters 1 to 5, and acts as services do. */
class FiveLetters extends DeadLetterClient {
  constructor(
    private readonly unread: readonly string[],
    private readonly failing: readonly string[],
  ) {
    super('job', 'http://127.0.0.1:1', 'token');
  }

  override plan = async (): Promise<Letter[]> =>
    ['1', '2', '3', '4', '5'].map((id) => ({ ...letter, id, unread: this.unread.includes(id) }));

  override async act(_action: string, ids: readonly string[]): Promise<ActionResult[]> {
    const results: ActionResult[] = [];
    for (const id of ids) {
      const fails = this.failing.includes(id);
      results.push(fails ? { id, result: 'failed', detail: 'No.' } : { id, result: 'done' });
      if (fails && !this.unread.includes(id)) break;
    }
    return results;
  }
}

async function redrive(unread: readonly string[], failing: readonly string[]) {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const options = readOptions(['--all', '--yes', '--batch', '2']);
  const services = [new FiveLetters(unread, failing)];
  const code = await act('redrive')(services, options, { say, warn: say, env: {} });
  return { code, said: lines.slice(lines.findIndex((line) => line.startsWith('Redriven'))) };
}

it('given messages that still can not be read, then passes over them, as the API does', async () => {
  expect(await redrive(['2', '3'], ['2', '3'])).toEqual({
    code: 1,
    said: ['Redriven: 3, left: 2', 'Passed over 2 that still can not be read, such as job/2: No.'],
  });
});

it('given an event that fails, then stops there: what is behind it may build on it', async () => {
  expect(await redrive(['1'], ['1', '3'])).toEqual({
    code: 1,
    said: [
      'Redriven: 1, left: 4',
      'Passed over 1 that still can not be read, such as job/1: No.',
      'Stopped at job/3, which failed: No.',
    ],
  });
});

it('given that all are handled, then says how many', async () => {
  expect(await redrive(['1'], [])).toEqual({ code: 0, said: ['Redriven: 5'] });
});
