import { examineFolder } from './folder.mjs';
import { examineRunning } from './running.mjs';
import { examinePort } from './port.mjs';
import { examineLibraries, examinePrograms } from './programs.mjs';
import { examineRuntime } from './runtime.mjs';

/**
 * Each thing that the project uses of a machine: `{ name, state, found?, neededFor, install? }`. States: ok, note (nothing to
 * do), missing (npm start does without), fault (npm start needs it).
 */
export async function examine(machine) {
  return [
    ...examineRuntime(machine),
    ...examineFolder(machine),
    await examinePort(machine),
    ...examineRunning(machine),
    ...examinePrograms(machine),
    ...examineLibraries(machine),
  ];
}
