import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addMember, addToObject, EditError } from '../kit/edit-typescript.js';
import { NameError, type Names } from '../kit/names.js';
import { usableNames } from '../kit/usable-names.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';

export interface TransportOptions {
  readonly name: string;
  /** @default 'log' */
  readonly kind?: 'log' | 'work';
}

const messaging = 'libs/messaging';
const kit = 'libs/service-kit/src';
const transports = `${kit}/messaging/transports.ts`;

/** A transport with nothing written yet, chosen by its URL, and the suite whose rules it fails by name. */
export default async function generate(
  tree: Tree,
  { name, kind = 'log' }: TransportOptions,
): Promise<GeneratorCallback> {
  const names = usableNames(name);
  check(tree, names);
  const values = { ...names, name: names.kebab };
  writeTemplates(tree, {
    from: 'transport/files',
    to: `${messaging}/src/transports`,
    values,
  });
  edit(tree, `${messaging}/src/transport.ts`, (text) => addName(text, names));
  edit(tree, `${messaging}/package.json`, (text) => addExport(text, names));
  edit(tree, `${kit}/config/fragments.ts`, (text) =>
    addToObject(text, 'transportConfig', setting(names)),
  );
  edit(tree, transports, (text) => addChoice(text, names, kind));
  return finish(tree);
}

/** @throws NameError when there is something else of that name */
function check(tree: Tree, { kebab }: Names): void {
  const folder = `${messaging}/src/transports/${kebab}`;
  if (tree.exists(folder) && !tree.exists(`${folder}/not-written.ts`))
    throw new NameError(`${folder} is there and written: take another name`);
  const manifest = JSON.parse(tree.read(`${messaging}/package.json`, 'utf8') ?? '{}');
  if (!tree.exists(folder) && manifest.exports?.[`./${kebab}`] !== undefined)
    throw new NameError(`@mesh/messaging/${kebab} is something else already: take another name`);
}

function setting({ kebab, upper }: Names): string {
  return `${upper}_URL: url('${kebab}:').optional().describe('Where ${kebab} is, in the profile \`brokers\`; it is not used unless set.')`;
}

function addName(text: string, { kebab }: Names): string {
  return inserted(
    text,
    `'${kebab}'`,
    /readonly name: '[^;]*(?=;)/,
    (found) => `${found} | '${kebab}'`,
  );
}

function addExport(text: string, { kebab }: Names): string {
  const manifest = JSON.parse(text) as { exports: Record<string, string> };
  manifest.exports[`./${kebab}`] = `./src/transports/${kebab}/index.ts`;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Its case among those that are opened, and when it is the one for a kind of stream. */
function addChoice(text: string, { kebab, camel, upper }: Names, kind: 'log' | 'work'): string {
  const variable = `${upper}_URL`;
  const typed = addMember(
    text,
    'TransportConfig',
    variable,
    `readonly ${variable}?: string | undefined;`,
  );
  const chosen = inserted(
    typed,
    `return '${kebab}';`,
    /if \(this\.#config\.MESH_PROFILE === 'embedded'\) return 'embedded';/,
    (found) =>
      `${found}\n    if (kind === '${kind}' && this.#config.${variable} !== undefined) return '${kebab}';`,
  );
  return inserted(
    chosen,
    `case '${kebab}':`,
    /case 'embedded': \{/,
    (found) => `case '${kebab}': {
        const { ${camel}Transport } = await import('@mesh/messaging/${kebab}');
        return ${camel}Transport({ url: this.#config.${variable}!, clientName: clientId, log });
      }
      ${found}`,
  );
}

/** @throws EditError when the place is not there */
function inserted(
  text: string,
  present: string,
  place: RegExp,
  change: (found: string) => string,
): string {
  if (text.includes(present)) return text;
  if (!place.test(text)) throw new EditError(`There is no ${place.source} to add to`);
  return text.replace(place, change);
}
