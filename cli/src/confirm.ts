import { createInterface } from 'node:readline/promises';
import { CliError } from './cli-error.js';

/**
 * Asks who is at the terminal; `instead` is how to look without changing anything.
 * @throws CliError when the answer is no, or nobody is there
 */
export async function confirm(question: string, instead: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CliError(`${question} Nobody is here to ask: add --yes, or ${instead}`, 2);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('Nothing was changed.');
}
