import { readdirSync, readFileSync } from 'node:fs';

/** Whether this process can read the file, and it holds at least so much. */
export function isReadableFile(path: string, minBytes = 1): boolean {
  return succeeds(() => readFileSync(path).length >= minBytes);
}

/** Whether this process can list the folder. */
export function isReadableFolder(path: string): boolean {
  return succeeds(() => Array.isArray(readdirSync(path)));
}

function succeeds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
