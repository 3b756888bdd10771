import { CliError } from './cli-error.js';
import type { Command, Terminal } from './command.js';
import { deadLetters } from './dead-letters/command.js';
import { manifests } from './k8s/command.js';
import { outbox } from './outbox/command.js';
import { replay } from './replay/command.js';
import { topology } from './topology/command.js';

const commands: readonly Command[] = [deadLetters, manifests, outbox, replay, topology];
const help = `npm run mesh -- COMMAND

${commands.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`).join('\n')}

npm run mesh -- COMMAND --help tells more. The mesh is the one that runs here: .mesh/endpoints.json, or that of MESH_DIR.`;

/** What is said on the command line, `npm run mesh` itself left out. Returns the exit code; what is wrong was said. */
export async function run([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const asked = name === undefined || name === '--help' || name === '-h';
    terminal.say(asked ? help : `There is no command "${name}".\n\n${help}`);
    return asked ? 0 : 2;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    terminal.warn(error.message);
    return error.exitCode;
  }
}
