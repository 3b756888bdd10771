import { CliError } from './cli-error.js';
import { manifests } from './k8s/command.js';
import { deadLetters } from './dead-letters/command.js';
import type { Command } from './command.js';
import { outbox } from './outbox/command.js';
import { replay } from './replay/command.js';
import { topology } from './topology/command.js';

const commands: readonly Command[] = [deadLetters, manifests, outbox, replay, topology];
const help = `npm run mesh -- COMMAND

${commands.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`).join('\n')}

npm run mesh -- COMMAND --help tells more. The mesh is the one that runs here: .mesh/endpoints.json, or that of MESH_DIR.`;

const [name, ...args] = process.argv.slice(2);
const command = commands.find((one) => one.name === name);
// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

if (command === undefined) {
  const asked = name === undefined || name === '--help' || name === '-h';
  console.log(asked ? help : `There is no command "${name}".\n\n${help}`);
  process.exitCode = asked ? 0 : 2;
} else {
  try {
    process.exitCode = await command.run(args, {
      say: (line) => console.log(line),
      warn: (line) => console.error(line),
      env: process.env,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}
