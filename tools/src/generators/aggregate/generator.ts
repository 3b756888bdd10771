import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addEvent } from '../event/generator.js';
import { addImport, addToArray } from '../kit/edit-typescript.js';
import { addMigration, migrationsIndexOf } from '../kit/migrations.js';
import { NameError, namesOf, type Names } from '../kit/names.js';
import { findService, type Service } from '../kit/services.js';
import { usableNames } from '../kit/usable-names.js';
import { ensureStream } from '../kit/streams.js';
import { ensureErrors } from '../kit/errors.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { lifecycleOf } from './lifecycle.js';

export interface AggregateOptions {
  readonly service: string;
  readonly name: string;
  readonly states?: string;
  readonly plural?: string;
}

/** Something that a service owns for its customers, with a lifecycle and a history. */
export default async function generate(
  tree: Tree,
  options: AggregateOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const name = usableNames(options.name);
  const plural = usableNames(options.plural ?? `${name.kebab}s`);
  const lifecycle = lifecycleOf(name, options.states ?? 'opened>closed,opened>cancelled');
  check(tree, service, name);
  ensureStream(tree, service);
  const { camel } = name;
  for (const { event } of lifecycle.states)
    addEvent(tree, service, namesOf(event), {
      fields: `${camel}Id:string,customerId:string,version:uint32`,
    });
  const changeEvent = lifecycle.states.find(({ upper }) => upper === lifecycle.changes[0]?.[1]);
  const final = lifecycle.states.find(({ next }) => next.length === 0);
  const values = {
    ...{ ...name, ...lifecycle, service, changeEvent: changeEvent?.event, final: final?.upper },
    capital: `${plural.words[0]?.toUpperCase()}${plural.words.slice(1)}`,
    migrationsIndex: migrationsIndexOf(tree, service),
    migration: addMigration(tree, service, {
      ...{ snake: plural.snake, export: `create${plural.pascal}` },
    }),
  };
  const to = service.folder;
  writeTemplates(tree, {
    ...{ from: 'aggregate/files', to },
    values: { ...values, plural, name: name.kebab, plurals: plural.kebab },
  });
  ensureErrors(tree, service, {
    [`${name.upper}_NOT_FOUND`]: `{ grpc: 'NOT_FOUND', http: 404, title: 'No such ${name.words}' }`,
    [`${name.upper}_NOT_CHANGEABLE`]: `{ grpc: 'FAILED_PRECONDITION', http: 409, title: 'The ${name.words} can not change so' }`,
  });
  wire(tree, service, name, plural);
  return finish(tree);
}

function check(tree: Tree, service: Service, { kebab }: Names): void {
  if (!service.hasDatabase)
    throw new NameError(`${service.kebab} has no database to keep it in: choose one that has`);
  const use = `${service.folder}/src/use-cases`;
  const foreign =
    tree.exists(`${service.folder}/src/domain/${kebab}.ts`) &&
    !tree.exists(`${use}/testing/${kebab}-store.suite.ts`);
  if (foreign)
    throw new NameError(
      `${service.kebab} has a ${kebab} that was not made so: choose another name`,
    );
}

function wire(tree: Tree, service: Service, { pascal, kebab }: Names, plural: Names): void {
  const store = `Postgres${pascal}Store`;
  const useCases = [
    [`create-${kebab}`, `Create${pascal}`],
    [`change-${kebab}`, `Change${pascal}`],
    [`get-${kebab}`, `Get${pascal}`],
    [`list-${plural.kebab}`, `List${plural.pascal}`],
  ] as const;
  const providers = [
    `{
      provide: ${store},
      inject: [DATABASE, OUTBOX],
      useFactory: (db: Kysely<${pascal}Database>, outbox: Outbox) => new ${store}(db, outbox),
    }`,
    ...useCases.map(
      ([, useCase]) => `{
      provide: ${useCase},
      inject: [${store}],
      useFactory: (store: ${store}) => new ${useCase}(store),
    }`,
    ),
  ];
  const imports: readonly (readonly [string, ...string[]])[] = [
    ['kysely', 'type Kysely'],
    ['@mesh/outbox', 'type Outbox'],
    ['@mesh/service-kit', 'DATABASE', 'OUTBOX'],
    [`./outbound/postgres-${kebab}-store.js`, store, `type ${pascal}Database`],
    ...useCases.map(([file, useCase]) => [`./use-cases/${file}.js`, useCase] as const),
  ];
  edit(tree, service.module, (text) => {
    if (text.includes(`postgres-${kebab}-store.js`)) return text;
    const imported = imports.reduce(
      (sum, [from, ...names]) => addImport(sum, from, ...names),
      text,
    );
    return providers.reduce((sum, one) => addToArray(sum, 'providers', one), imported);
  });
}
