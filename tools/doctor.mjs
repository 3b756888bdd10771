// npm run doctor: what is there and what is missing on this machine. Runs on what a bare clone has: nothing is installed for
// it, and nothing is imported that is not Node's own.
import { readFileSync } from 'node:fs';
import { examine } from './doctor/examine.mjs';
import { thisMachine } from './doctor/machine.mjs';
import { missingPackages } from './doctor/programs.mjs';
import { report } from './doctor/report.mjs';

const help = readFileSync(new URL('doctor/help.txt', import.meta.url), 'utf8').trimEnd();
const args = process.argv.slice(2);
const names = ['--help', '-h', '--json', '--debian'];
const unknown = args.find((arg) => !names.includes(arg));

if (unknown !== undefined) {
  console.error(`There is no option ${unknown}\n\n${help}`);
  process.exitCode = 2;
} else if (args.includes('--help') || args.includes('-h')) {
  console.log(help);
} else if (args.includes('--debian')) {
  for (const name of missingPackages(thisMachine())) console.log(name);
} else {
  const findings = await examine(thisMachine());
  const starts = findings.every(({ state }) => state !== 'fault');
  console.log(
    args.includes('--json') ? JSON.stringify({ starts, findings }, null, 2) : report(findings),
  );
  process.exitCode = starts ? 0 : 1;
}
