import { parseArgs } from 'node:util';
import { check, write } from './generate/generate.js';
import { steps } from './generate/steps.js';

const width = Math.max(...steps.map(({ name }) => name.length));
const help = `npm run generate -- [--check] [STEP …]

Makes anew what is made from code, protos and apps/*/service.json, and is kept in git; says what it wrote.

  --check   writes nothing; lists what is stale, and ends with 1 then

Steps, all unless named:
${steps.map(({ name, what }) => `  ${name.padEnd(width)}   ${what}`).join('\n')}`;

const say = (line: string) => console.log(line);
const { checks, chosen } = readOptions();
process.exitCode = await (checks ? check(chosen, say) : write(chosen, say));

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        check: { type: 'boolean', default: false },
      },
    });
    const unknown = positionals.find((name) => !steps.some((step) => step.name === name));
    if (unknown !== undefined) throw new TypeError(`There is no step "${unknown}"`);
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const chosen = steps.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    return { checks: values.check, chosen };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
