import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { makeLocalSecrets } from './k8s/local-secrets.js';
import { missingSecrets } from './k8s/missing-secrets.js';
import { placeholdersIn } from './k8s/placeholders.js';
import { runProgram } from './processes/run-program.js';
import { root } from './root.js';

const help = `npm run k8s -- secrets local        makes the secrets of k8s/overlays/local, unless they are there
npm run k8s -- secrets production   says which secrets of k8s/overlays/production are missing; exit code 1 then
npm run k8s -- check production     the same, and which names of examples are still in what it renders

None shows a secret. npm test -- k8s checks the manifests.`;

const overlays = join(root, 'k8s/overlays');
const production = join(overlays, 'production');
const [command, overlay, ...more] = process.argv.slice(2);
switch ([command, overlay, ...more].filter(Boolean).join(' ')) {
  case '':
  case '-h':
  case '--help':
    end(help, 0);
    break;
  case 'secrets local': {
    const { folder, made } = makeLocalSecrets(join(overlays, 'local'));
    end(made ? `Made ${folder}` : `${folder} is there already; nothing was changed`, 0);
    break;
  }
  case 'secrets production':
    tell(`Missing in ${production}`, missingInProduction(), 'No secret is missing.');
    break;
  case 'check production': {
    const missing = missingInProduction();
    if (missing.length > 0) tell(`Missing in ${production}`, missing, '');
    else await tellPlaceholders();
    break;
  }
  default:
    end(`Unknown: ${process.argv.slice(2).join(' ')}\n\n${help}`, 2);
}

function missingInProduction(): readonly string[] {
  const taken = readFileSync(join(production, 'kustomization.yaml'), 'utf8');
  return ['secrets', 'servers-elsewhere']
    .filter((name) => new RegExp(`^\\s*- ${name}\\s*$`, 'm').test(taken))
    .flatMap((name) => missingSecrets(join(production, name)).map((line) => `${name}/${line}`));
}

/** Names of examples are nobody's: they wait for those of whoever deploys. */
async function tellPlaceholders(): Promise<void> {
  const { code, output } = await runProgram('kubectl', ['kustomize', production]);
  if (code !== 0) return end(output.trim(), 1);
  const objects = parseAllDocuments(output).map((document) => document.toJS() as unknown);
  tell(
    `Still named as in the examples, in ${production}; write or patch your own there`,
    placeholdersIn(objects),
    'No secret is missing, and no name of an example is left.',
  );
}

function tell(what: string, faults: readonly string[], none: string): void {
  if (faults.length === 0) end(none, 0);
  else end(`${what}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, 1);
}

function end(text: string, code: number): void {
  console.log(text);
  process.exitCode = code;
}
