import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a file that is a secret as a whole, such as the one that signs cursors. */
const fileBytes = 32;

/**
 * What is missing in a folder of secrets, a sentence each: files that an `.example` beside them names, values that an
 * `.env.example` names and the file has not. None when all is there. Says no value.
 */
export function missingSecrets(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.example'))
    .sort()
    .flatMap((example) => {
      const file = example.replace(/\.example$/, '');
      return file.endsWith('.env') ? inVariables(folder, file) : inFile(folder, file);
    });
}

function inVariables(folder: string, file: string): string[] {
  const wanted = Object.keys(readEnv(join(folder, `${file}.example`)));
  const path = join(folder, file);
  if (!existsSync(path)) return [`${file} is missing; it has ${wanted.join(', ')}`];
  const found = readEnv(path);
  const lacking = wanted.filter((name) => !found[name]);
  return lacking.length === 0 ? [] : [`${file} has no value for ${lacking.join(', ')}`];
}

function inFile(folder: string, file: string): string[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [`${file} is missing; ${fileBytes} random bytes`];
  return readFileSync(path).length >= fileBytes
    ? []
    : [`${file} is shorter than ${fileBytes} bytes`];
}

/** The variables of a file of `NAME=value` lines. */
function readEnv(path: string): Readonly<Record<string, string>> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z]\w*)=(.*)$/.exec(line.trim()) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}
