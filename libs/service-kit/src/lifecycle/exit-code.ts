import { configExitCode } from '../config/load-config.js';

/** Codes of errors that stay until somebody changes the code, or what the broker has. */
const faults: ReadonlySet<unknown> = new Set([
  'EVENT_HANDLERS_INVALID',
  'TOPOLOGY_MISMATCH',
  'UNSUPPORTED_FEATURE',
]);

/** Tells whoever keeps the process running whether another start could go better. */
export function exitCodeOf(error: unknown): number {
  return faults.has((error as { code?: unknown } | null)?.code) ? configExitCode : 1;
}
