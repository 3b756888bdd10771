import { readFileSync } from 'node:fs';

const tailLines = 15;

/**
 * What a service said last, in the part of its log from a byte on: what it calls fatal as a sentence,
 * else its last lines as they are.
 */
export function lastWords(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString().trimEnd().split('\n');
  const fatal = lines.findLast((line) => line.startsWith('{"level":"fatal"'));
  return (fatal && sentenceOf(fatal)) ?? lines.slice(-tailLines).join('\n');
}

/** Undefined when the line was cut off. */
function sentenceOf(line: string): string | undefined {
  try {
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { message?: string } };
    return err?.message === undefined ? msg : `${msg}: ${err.message}`;
  } catch {
    return undefined;
  }
}
