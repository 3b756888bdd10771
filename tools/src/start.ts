import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.js';
import { LaunchError, Mesh, readSettings } from './launcher/index.js';
import { PostgresError } from './postgres/index.js';
import { ServicesError } from './services/index.js';
import { onStop } from './processes/on-stop.js';
import { root } from './root.js';

const help = readFileSync(join(root, 'tools/src/start.help.txt'), 'utf8').trimEnd();

const {
  fresh,
  help: helpAsked,
  replicas,
  wrong,
} = readArguments(process.argv.slice(2), process.env, { replicated: true });
if (helpAsked || wrong) {
  if (wrong) console.error(`${wrong}\n\n${help}`);
  else console.log(help);
  process.exit(wrong ? 2 : 0);
}

const say = (line: string) => console.log(line);
let mesh: Mesh | undefined;
let finishing = false;
onStop(
  () => {
    say('Stopping (again to stop at once)');
    void finish(0);
  },
  () => mesh?.kill(),
);

try {
  mesh = new Mesh({
    settings: readSettings(process.env, replicas),
    fresh,
    say,
    onFault: fail,
  });
  await mesh.start();
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const expected = [LaunchError, PostgresError, ServicesError].some(
    (kind) => error instanceof kind,
  );
  console.error(expected ? (error as Error).message : error);
  void finish(1);
}

async function finish(code: number): Promise<void> {
  if (finishing) return;
  finishing = true;
  await mesh?.stop();
  say('Stopped');
  process.exit(code);
}
