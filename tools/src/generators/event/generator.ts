import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addMessage, addProtoImport, hasMessage } from '../kit/edit-proto.js';
import { addDeclaration } from '../kit/edit-typescript.js';
import { findEvent } from '../kit/find-event.js';
import { NameError, type Names } from '../kit/names.js';
import {
  addFields,
  fieldsOf,
  importsOf,
  messageText,
  parseFields,
  sampleOf,
  type Field,
} from '../kit/proto-fields.js';
import { findService, type Service } from '../kit/services.js';
import { catalogOf, ensureStream, eventsProtoOf } from '../kit/streams.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { eventNames } from './event-name.js';

export interface EventOptions {
  readonly service: string;
  readonly name: string;
  readonly fields?: string;
  readonly key?: string;
  readonly description?: string;
  readonly anyName?: boolean;
}

/** An event of a service: proto, catalog, what a use case appends, test. */
export default async function generate(
  tree: Tree,
  options: EventOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const name = eventNames(options.name, options.anyName);
  check(tree, service, name);
  ensureStream(tree, service);
  addEvent(tree, service, name, options);
  const fields = fieldsOf(tree.read(eventsProtoOf(service), 'utf8') ?? '', name.pascal) ?? [];
  const { key } = findEvent(tree, name.pascal);
  const others = fields
    .filter(({ camel }) => camel !== key && camel !== 'occurredAt')
    .map((field) => ({ camel: field.camel, sample: sampleOf(field) }));
  const values = { ...name, name: name.kebab, service, key, others };
  const to = service.folder;
  writeTemplates(tree, { from: 'event/files/use-case', to: `${to}/src/use-cases`, values });
  writeTemplates(tree, { from: 'event/files/test', to: `${to}/test`, values });
  return finish(tree);
}

/**
 * The event's message and its line of the catalog.
 * @throws NameError when the key is none of its strings
 */
export function addEvent(
  tree: Tree,
  service: Service,
  { pascal, words }: Names,
  options: Pick<EventOptions, 'fields' | 'key' | 'description'>,
): void {
  const given = parseFields(options.fields || `${service.camel}Id:string`);
  const fields = [...given.filter(({ name }) => name !== 'occurred_at'), ...occurredAt];
  const proto = eventsProtoOf(service);
  const there = hasMessage(tree.read(proto, 'utf8') ?? '', pascal);
  const key = there ? undefined : checkedKey(fields, options.key);
  edit(tree, proto, (text) => {
    if (there && !options.fields) return text;
    const comment = options.description ?? `${words[0]?.toUpperCase()}${words.slice(1)}.`;
    const changed = there
      ? addFields(text, pascal, given)
      : addMessage(text, pascal, messageText(pascal, comment, fields));
    return importsOf(fields).reduce(addProtoImport, changed);
  });
  if (key === undefined) return;
  const { camel, snake } = service;
  const line = `export const ${pascal} = event('mesh.${snake}.v1.${pascal}', ${camel}Stream, ${camel}.${pascal}, (e) => e.${key});`;
  edit(tree, catalogOf(service), (text) => addDeclaration(text, pascal, line));
}

const occurredAt = parseFields('occurredAt:timestamp');

function checkedKey(fields: readonly Field[], key: string | undefined): string {
  const strings = fields.filter(({ type, label }) => type === 'string' && label === undefined);
  const names = strings.map(({ camel }) => camel);
  const found = key === undefined ? names[0] : names.find((name) => name === key);
  if (found !== undefined) return found;
  throw new NameError(
    `The key${key === undefined ? '' : ` ${key}`} has to be a string of the event, for events of one key stay in order: add one to --fields, such as bookId:string${names.length > 0 ? `, or take ${names.join(', ')}` : ''}`,
  );
}

/** @throws NameError when the service can't append events, or another service has an event of that name */
function check(tree: Tree, service: Service, { pascal }: Names): void {
  if (!service.hasDatabase) {
    throw new NameError(
      `${service.kebab} has no database, so no transaction that an event could be told in: choose a service that has one`,
    );
  }
  const own = catalogOf(service);
  const folder = own.slice(0, own.lastIndexOf('/'));
  const other = tree
    .children(folder)
    .map((file) => `${folder}/${file}`)
    .find(
      (path) => path !== own && tree.read(path, 'utf8')?.includes(`export const ${pascal} = event`),
    );
  if (other !== undefined)
    throw new NameError(`${other} has an event ${pascal}; say in the name whose it is`);
}
