import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addImport, addToArray } from '../kit/edit-typescript.js';
import { findEvent, type FoundEvent } from '../kit/find-event.js';
import { addHandler, fieldOf } from '../kit/handlers.js';
import { addMigration } from '../kit/migrations.js';
import { namesOf } from '../kit/names.js';
import { findService, type Service } from '../kit/services.js';
import { ensureGroup } from '../kit/streams.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { planLive } from './live-plan.js';
import { makeLive } from './make-live.js';
import { planSubscription, type Plan, type SubscribeOptions } from './plan.js';

/** A handler of another service's event, with what it has an effect on; at the gateway, what it tells is live. */
export default async function generate(
  tree: Tree,
  options: SubscribeOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const event = findEvent(tree, options.event);
  if (tree.exists(`${service.folder}/src/features.ts`)) {
    makeLive(tree, service, planLive(tree, event, options));
    return finish(tree);
  }
  const plan = planSubscription(tree, { service, event, options });
  if (tree.exists(`${service.folder}/src/use-cases/note-${event.kebab}.ts`)) return finish(tree);
  ensureGroup(tree, service, {
    ...{ name: plan.group, of: event.producer },
    shared: plan.eachReplica ? 'each-replica' : 'one',
  });
  write(tree, { service, event, plan });
  handle(tree, { service, event, plan });
  wire(tree, { service, event, plan });
  return finish(tree);
}

interface Subscription {
  readonly service: Service;
  readonly event: FoundEvent;
  readonly plan: Plan;
}

function write(tree: Tree, { service, event, plan }: Subscription): void {
  const { kebab, pascal, key } = event;
  const once = plan.delivery === 'effectively-once';
  const migration = once
    ? addMigration(tree, service, {
        ...{ snake: `${event.snake}_notes`, export: `create${pascal}Notes` },
      })
    : '';
  const values = {
    ...{ ...event, ...plan, service, migration, name: kebab },
    keySnake: namesOf(key).snake,
  };
  const from = `subscribe/files/${once ? 'once' : 'other'}`;
  writeTemplates(tree, { from, to: service.folder, values });
}

function handle(tree: Tree, { service, event, plan }: Subscription): void {
  const { pascal, kebab } = event;
  const once = plan.delivery === 'effectively-once';
  const note = `Note${pascal}`;
  const notes = { name: `${pascal}NotesDatabase`, file: `../outbound/postgres-${kebab}-notes.js` };
  addHandler(tree, service, {
    event,
    options: optionsOf(plan),
    injected: [{ name: note, file: `../use-cases/note-${kebab}.js` }],
    ...(once && { tables: notes, imports: [[notes.file, `Postgres${pascal}Notes`]] }),
    body: `await this.${fieldOf(note)}.execute(${once ? `new Postgres${pascal}Notes(tx), ` : ''}event.data);`,
  });
}

function optionsOf({ delivery, eachReplica, group, ownGroup }: Plan): readonly string[] {
  return [
    ...(ownGroup ? [`group: '${group}'`] : []),
    ...(eachReplica ? ['ephemeral: true'] : []),
    ...(delivery === 'effectively-once' ? [] : [`delivery: '${delivery}'`]),
  ];
}

function wire(tree: Tree, { service, event, plan }: Subscription): void {
  const { pascal, kebab, key } = event;
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
      [`./use-cases/note-${kebab}.js`, `Note${pascal}`],
      ...(once ? [] : [['@mesh/service-kit', 'RUNTIME', 'type Runtime']]),
    ];
    const imported = files.reduce(
      (sum, [from, ...names]) => addImport(sum, from as string, ...names),
      text,
    );
    return addToArray(imported, 'providers', provider);
  });
}
