import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the mesh of the folder is reached.
 * @throws Error that says how to start one
 */
export function edgeUrlOf(dir: string): string {
  const file = join(dir, 'endpoints.json');
  try {
    const endpoints = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { http?: string }>;
    const url = Object.values(endpoints).find(({ http }) => http !== undefined)?.http;
    if (url !== undefined) return url;
  } catch {
    // Not there, or not whole: the same to do.
  }
  throw new Error(
    `No mesh runs here: ${file} names none. Start one in another terminal: npm start`,
  );
}
