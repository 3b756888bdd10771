import type { Tree } from '@nx/devkit';
import { addImport, addMember, addProperty, addToArray } from './edit-typescript.js';
import type { FoundEvent } from './find-event.js';
import { NameError } from './names.js';
import type { Service } from './services.js';
import { edit, writeTemplates } from './workspace.js';

export type Import = readonly [from: string, ...names: string[]];

export interface Handler {
  readonly event: FoundEvent;
  /** What the decorator says beside the event, such as `ephemeral: true`. */
  readonly options?: readonly string[];
  /** Classes that the subscriber is given, with the file of each. */
  readonly injected: readonly { readonly name: string; readonly file: string }[];
  /** The tables that the handler's transaction knows; absent when it has none. */
  readonly tables?: { readonly name: string; readonly file: string };
  readonly imports?: readonly Import[];
  /** What it does with `event` and `tx`. */
  readonly body: string;
}

/**
 * Lets the service's subscriber for the event's producer handle it; the subscriber is made when there is none.
 * @throws NameError when it handles that event already
 */
export function addHandler(tree: Tree, service: Service, handler: Handler): void {
  const { event, options = [], injected, tables, imports = [], body } = handler;
  const { pascal, producer } = event;
  const subscriber = `${producer.pascal}EventsSubscriber`;
  const file = `${producer.kebab}-events.subscriber`;
  const path = `${service.folder}/src/inbound/${file}.ts`;
  writeTemplates(tree, {
    ...{ from: 'kit/files/subscriber', to: `${service.folder}/src/inbound` },
    values: { producer, service, producerName: producer.kebab },
  });
  if (isHandled(tree.read(path, 'utf8') ?? '', pascal, options)) {
    throw new NameError(
      `${path} handles ${pascal} already, and a group hears an event once: call from there what is to happen, too`,
    );
  }
  const all: readonly Import[] = [
    ['@nestjs/common', 'Inject'],
    [`@mesh/contracts/catalog/${producer.kebab}`, pascal],
    [`@mesh/contracts/${producer.snake}-events`, `type ${pascal} as ${pascal}Data`],
    ['@mesh/service-kit', 'EventHandler', 'type ReceivedEvent'],
    ...(tables
      ? ([
          ['kysely', 'type Transaction'],
          [tables.file, `type ${tables.name}`],
        ] as const)
      : []),
    ...injected.map((one): Import => [one.file, one.name]),
    ...imports,
  ];
  const second = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  const tx = tables ? `, tx: Transaction<${tables.name}>` : '';
  const method = `@EventHandler(${pascal}${second})
  async on${pascal}(event: ReceivedEvent<${pascal}Data>${tx}): Promise<void> {
    ${body}
  }`;
  edit(tree, path, (text) => {
    const imported = all.reduce((sum, [from, ...names]) => addImport(sum, from, ...names), text);
    const withProperties = injected.reduce((sum, { name }) => {
      const field = fieldOf(name);
      return addProperty(
        sum,
        subscriber,
        field,
        `@Inject(${name}) private readonly ${field}!: ${name};`,
      );
    }, imported);
    return addMember(withProperties, subscriber, `on${pascal}`, method);
  });
  edit(tree, service.module, (text) =>
    addToArray(addImport(text, `./inbound/${file}.js`, subscriber), 'providers', subscriber),
  );
}

/** The property of a subscriber that has the class. */
export function fieldOf(name: string): string {
  return `${name[0]?.toLowerCase()}${name.slice(1)}`;
}

/** By the same group, or by a method of the name that the new one would have. */
function isHandled(text: string, event: string, options: readonly string[]): boolean {
  const groupIn = (one: string) => /group: '([^']+)'/.exec(one)?.[1];
  const found = text.matchAll(new RegExp(String.raw`@EventHandler\(\s*${event}\b([^)]*)\)`, 'g'));
  const groups = [...found].map(([, rest = '']) => groupIn(rest));
  return groups.includes(groupIn(options.join())) || text.includes(` on${event}(`);
}
