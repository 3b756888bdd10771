import type { Terminal } from '../command.js';
import type { DeadLetterClient } from './client.js';
import type { Options } from './options.js';

/** One action of `dead-letters`; fulfilled with the exit code. */
export type Action = (
  services: readonly DeadLetterClient[],
  options: Options,
  terminal: Terminal,
) => Promise<number>;
