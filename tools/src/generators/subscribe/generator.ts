import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addImport, addMember, addProperty, addToArray } from '../kit/edit-typescript.js';
import { findEvent, type FoundEvent } from '../kit/find-event.js';
import { addMigration } from '../kit/migrations.js';
import { namesOf } from '../kit/names.js';
import { findService, type Service } from '../kit/services.js';
import { ensureGroup } from '../kit/streams.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { planSubscription, type Plan, type SubscribeOptions } from './plan.js';

/** A handler of another service's event, with what it has an effect on. */
export default async function generate(
  tree: Tree,
  options: SubscribeOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const event = findEvent(tree, options.event);
  const plan = planSubscription(tree, { service, event, options });
  ensureGroup(tree, service, {
    ...{ name: plan.group, of: event.producer },
    shared: plan.eachReplica ? 'each-replica' : 'one',
  });
  write(tree, { service, event, plan });
  addHandler(tree, { service, event, plan });
  wire(tree, { service, event, plan });
  return finish(tree);
}

interface Subscription {
  readonly service: Service;
  readonly event: FoundEvent;
  readonly plan: Plan;
}

function write(tree: Tree, { service, event, plan }: Subscription): void {
  const { producer, kebab, pascal, key } = event;
  const once = plan.delivery === 'effectively-once';
  const migration = once
    ? addMigration(tree, service, {
        ...{ snake: `${event.snake}_notes`, export: `create${pascal}Notes` },
      })
    : '';
  const values = {
    ...{ ...event, ...plan, service, migration, name: kebab },
    ...{ producerName: producer.kebab, keySnake: namesOf(key).snake },
  };
  for (const folder of ['subscriber', once ? 'once' : 'other'])
    writeTemplates(tree, { from: `subscribe/files/${folder}`, to: service.folder, values });
}

function addHandler(tree: Tree, { service, event, plan }: Subscription): void {
  const { pascal, kebab, producer } = event;
  const path = `${service.folder}/src/inbound/${producer.kebab}-events.subscriber.ts`;
  const subscriber = `${producer.pascal}EventsSubscriber`;
  const once = plan.delivery === 'effectively-once';
  const imports: readonly (readonly [string, ...string[]])[] = [
    ['@nestjs/common', 'Inject'],
    [`@mesh/contracts/catalog/${producer.kebab}`, pascal],
    [`@mesh/contracts/${producer.snake}-events`, `type ${pascal} as ${pascal}Data`],
    ['@mesh/service-kit', 'EventHandler', 'type ReceivedEvent'],
    ...(once
      ? ([
          ['kysely', 'type Transaction'],
          [
            `../outbound/postgres-${kebab}-notes.js`,
            `Postgres${pascal}Notes`,
            `type ${pascal}NotesDatabase`,
          ],
        ] as const)
      : []),
    [`../use-cases/note-${kebab}.js`, `Note${pascal}`],
  ];
  const method = once
    ? `${decorator(event, plan)}
  async on${pascal}(
    { data }: ReceivedEvent<${pascal}Data>,
    tx: Transaction<${pascal}NotesDatabase>,
  ): Promise<void> {
    await this.note${pascal}.execute(new Postgres${pascal}Notes(tx), data);
  }`
    : `${decorator(event, plan)}
  async on${pascal}({ data }: ReceivedEvent<${pascal}Data>): Promise<void> {
    await this.note${pascal}.execute(data);
  }`;
  const property = `@Inject(Note${pascal}) private readonly note${pascal}!: Note${pascal};`;
  edit(tree, path, (text) => {
    if (new RegExp(String.raw`\bon${pascal}\(`).test(text)) return text;
    const imported = imports.reduce(
      (sum, [from, ...names]) => addImport(sum, from, ...names),
      text,
    );
    const injected = addProperty(imported, subscriber, `note${pascal}`, property);
    return addMember(injected, subscriber, `on${pascal}`, method);
  });
}

function decorator(
  { pascal }: FoundEvent,
  { delivery, eachReplica, group, ownGroup }: Plan,
): string {
  const options = [
    ...(ownGroup ? [`group: '${group}'`] : []),
    ...(eachReplica ? ['ephemeral: true'] : []),
    ...(delivery === 'effectively-once' ? [] : [`delivery: '${delivery}'`]),
  ];
  const second = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  return `@EventHandler(${pascal}${second})`;
}

function wire(tree: Tree, { service, event, plan }: Subscription): void {
  const { pascal, kebab, producer, key } = event;
  const subscriber = `${producer.pascal}EventsSubscriber`;
  const once = plan.delivery === 'effectively-once';
  const provider = once
    ? `Note${pascal}`
    : `{
      provide: Note${pascal},
      inject: [RUNTIME],
      useFactory: ({ log }: Runtime) =>
        new Note${pascal}(async ({ ${key} }) => log.info({ ${key} }, '${pascal} was told')),
    }`;
  edit(tree, service.module, (text) => {
    if (text.includes(`note-${kebab}.js`)) return text;
    const files = [
      [`./inbound/${producer.kebab}-events.subscriber.js`, subscriber],
      [`./use-cases/note-${kebab}.js`, `Note${pascal}`],
      ...(once ? [] : [['@mesh/service-kit', 'RUNTIME', 'type Runtime']]),
    ];
    const imported = files.reduce(
      (sum, [from, ...names]) => addImport(sum, from as string, ...names),
      text,
    );
    return [subscriber, provider].reduce((sum, one) => addToArray(sum, 'providers', one), imported);
  });
}
