import type { Tree } from '@nx/devkit';
import { addImport, addToArray, addToObject } from './edit-typescript.js';
import type { Names } from './names.js';
import type { Service } from './services.js';
import { edit } from './workspace.js';

const contracts = 'libs/contracts/src';

/** Where a service's events are named. */
export const catalogOf = ({ kebab }: Pick<Names, 'kebab'>): string =>
  `${contracts}/catalog/${kebab}.ts`;

/** Where the data of a service's events is described. */
export const eventsProtoOf = ({ snake }: Pick<Names, 'snake'>): string =>
  `proto/mesh/${snake}/v1/${snake}_events.proto`;

/** Gives the service a log stream, with its topic, unless it has one, and an outbox that appends to it. */
export function ensureStream(tree: Tree, service: Service): void {
  const { kebab, camel, snake } = service;
  const stream = `${camel}Stream`;
  ensureFile(tree, eventsProtoOf(service), `syntax = "proto3";\n\npackage mesh.${snake}.v1;\n`);
  ensureFile(
    tree,
    catalogOf(service),
    `import type { Stream } from '../event-definition.js';
import * as ${camel} from '../gen/mesh/${snake}/v1/${snake}_events.js';
import { event } from '../register-event.js';

/** What ${kebab} tells: facts, kept, in order by key. */
export const ${stream}: Stream = { name: 'mesh.${kebab}.v1', kind: 'log' };

// One line an event: type, stream, schema, key.
`,
  );
  edit(tree, `${contracts}/catalog/index.ts`, (text) => addSideImport(text, `./${kebab}.js`));
  ensureFile(
    tree,
    `${contracts}/topology/${kebab}.ts`,
    `import { ${stream} } from '../catalog/${kebab}.js';
import { DAY_MS, type ServiceTopology } from './service-topology.js';

export const ${camel}: ServiceTopology = {
  topics: [
    { name: ${stream}.name, partitions: 6, retentionMs: 7 * DAY_MS, cleanupPolicy: 'delete' },
  ],
};
`,
  );
  edit(tree, `${contracts}/topology/index.ts`, (text) =>
    addToArray(addImport(text, `./${kebab}.js`, camel), 'services', camel),
  );
  ensureParticipant(tree, service);
  edit(tree, participantOf(service), (text) =>
    addToArray(addImport(text, `../catalog/${kebab}.js`, stream), 'publishes', stream),
  );
  ensureMessaging(tree, service, { outbox: true });
}

export interface NewGroup {
  readonly name: string;
  readonly of: Names;
  readonly shared: 'one' | 'each-replica';
}

/** Says that the service listens to a stream as a group, and lets it. */
export function ensureGroup(tree: Tree, service: Service, group: NewGroup): void {
  declareGroup(tree, service, group);
  ensureMessaging(tree, service, { outbox: false });
}

/** Says that the service listens to a stream as a group. */
export function declareGroup(tree: Tree, service: Service, group: NewGroup): void {
  const stream = `${group.of.camel}Stream`;
  ensureParticipant(tree, service);
  edit(tree, participantOf(service), (text) =>
    addToArray(
      addImport(text, `../catalog/${group.of.kebab}.js`, stream),
      'groups',
      `{ name: '${group.name}', stream: ${stream}, shared: '${group.shared}' }`,
    ),
  );
}

/** The names and streams of the groups that a service has. */
export function groupsOf(
  tree: Tree,
  service: Service,
): readonly { readonly name: string; readonly stream: string }[] {
  const text = tree.read(participantOf(service), 'utf8') ?? '';
  const found = text.matchAll(/name: '([^']+)', stream: (\w+)/g);
  return [...found].map(([, name = '', stream = '']) => ({ name, stream }));
}

function ensureParticipant(tree: Tree, { kebab, camel }: Service): void {
  ensureFile(
    tree,
    participantOf({ kebab }),
    `import type { Participant } from './participant.js';

export const ${camel}: Participant = { service: '${kebab}', publishes: [], groups: [] };
`,
  );
  edit(tree, `${contracts}/participants/index.ts`, (text) =>
    addToArray(addImport(text, `./${kebab}.js`, camel), 'participants', camel),
  );
}

/** MessagingModule in the service's module, and what it needs in the service's configuration. */
function ensureMessaging(tree: Tree, service: Service, { outbox }: { outbox: boolean }): void {
  const { kebab, module, folder } = service;
  edit(tree, module, (text) => {
    const register = /MessagingModule\.register\(\{[^}]*\}\)/.exec(text)?.[0];
    if (register === undefined) {
      const imported = addImport(text, '@mesh/service-kit', 'MessagingModule');
      const call = `MessagingModule.register({ group: '${kebab}', outbox: ${outbox} })`;
      return addToArray(imported, 'imports', call);
    }
    return outbox
      ? text.replace(register, register.replace('outbox: false', 'outbox: true'))
      : text;
  });
  const fragments = [...(outbox ? ['outboxConfig'] : []), 'transportConfig'];
  edit(tree, `${folder}/src/config.ts`, (text) =>
    fragments
      .filter((one) => !text.includes(`...${one}`))
      .reduce(
        (sum, one) =>
          addToObject(addImport(sum, '@mesh/service-kit', one), 'configSchema', `...${one}`),
        text,
      ),
  );
}

function participantOf({ kebab }: Pick<Names, 'kebab'>): string {
  return `${contracts}/participants/${kebab}.ts`;
}

function ensureFile(tree: Tree, path: string, text: string): void {
  if (!tree.exists(path)) tree.write(path, text);
}

/** Adds `import 'path';` behind the others of that kind. */
function addSideImport(text: string, path: string): string {
  const line = `import '${path}';`;
  if (text.includes(line)) return text;
  const last = [...text.matchAll(/^import '[^']+';$/gm)].at(-1);
  if (!last) return `${line}\n${text}`;
  const end = last.index + last[0].length;
  return `${text.slice(0, end)}\n${line}${text.slice(end)}`;
}
