import { describe, expect, it } from 'vitest';
import { act } from './act.js';
import { exportLetters } from './export.js';
import { readOptions } from './options.js';
import { oneLetter } from './testing/one-letter.js';
import { showAudit } from './views.js';

function terminal() {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  return { lines, say, warn: say, env: {} };
}

describe('a dead letter that is named', () => {
  it.each([
    ['redrive', act('redrive')],
    ['discard', act('discard')],
    ['export', exportLetters],
  ])('given that it is not there, then %s does nothing and says so', async (_, action) => {
    const at = terminal();
    const options = readOptions(['probe/7', 'probe/8', '--yes']);
    await expect(action(oneLetter, options, at)).rejects.toMatchObject({
      exitCode: 1,
      message: 'There is no dead letter probe/8; it may be redriven or discarded',
    });
    expect(at.lines).toEqual([]);
  });

  it('given that it is the only one, then a dry run speaks of one', async () => {
    const at = terminal();
    await act('redrive')(oneLetter, readOptions(['probe/7', '--dry-run']), at);
    expect(at.lines.at(-1)).toBe('Dry run: redrive would take this one. Nothing was changed.');
  });

  it('given that nothing was done to it, then the audit names it', async () => {
    const at = terminal();
    await showAudit(oneLetter, readOptions(['probe/7']), at);
    expect(at.lines).toEqual(['Nothing was done to probe/7 yet.']);
  });
});
