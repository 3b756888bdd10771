import type { Step } from './steps.js';

/** Makes what is stale, step by step. @returns the exit code */
export async function write(steps: readonly Step[], say: (line: string) => void): Promise<0 | 1> {
  for (const { name, stale, write } of steps) {
    const paths = await stale();
    if (paths.length === 0) continue;
    const fault = await write();
    if (fault !== undefined) {
      say(`${name} failed:\n${fault}`);
      return 1;
    }
    say([`${name}:`, ...paths].join('\n  '));
  }
  return 0;
}

/** Tells what is stale, of all steps. @returns the exit code */
export async function check(steps: readonly Step[], say: (line: string) => void): Promise<0 | 1> {
  let found = false;
  for (const { name, stale } of steps) {
    const paths = await stale();
    if (paths.length === 0) continue;
    found = true;
    say([`${name}, not as it would be made (run: npm run generate):`, ...paths].join('\n  '));
  }
  return found ? 1 : 0;
}
