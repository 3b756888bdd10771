import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addEvent } from '../event/generator.js';
import { addImport, addToArray, addToObject } from '../kit/edit-typescript.js';
import { findEvent, type FoundEvent } from '../kit/find-event.js';
import { addHandler } from '../kit/handlers.js';
import { addMigration, migrationsIndexOf } from '../kit/migrations.js';
import { NameError, namesOf, type Names } from '../kit/names.js';
import { findService, type Service } from '../kit/services.js';
import { ensureGroup, ensureStream } from '../kit/streams.js';
import { usableNames } from '../kit/usable-names.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { planSubscription } from '../subscribe/plan.js';

export interface SagaOptions {
  readonly service: string;
  readonly name: string;
  readonly start: string;
  readonly answer: string;
  readonly refusal?: string | undefined;
  readonly timeoutMs?: number;
}

/** A service that waits for another's answer, with a timer and a compensation. */
export default async function generate(
  tree: Tree,
  options: SagaOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const name = usableNames(options.name);
  const start = findEvent(tree, options.start);
  const answer = findEvent(tree, options.answer);
  const refusal = options.refusal ? findEvent(tree, options.refusal) : undefined;
  const events = [start, answer, ...(refusal ? [refusal] : [])];
  check(service, events);
  if (tree.exists(`${service.folder}/src/use-cases/${name.kebab}.ts`)) return finish(tree);
  const { key } = start;
  ensureStream(tree, service);
  addEvent(tree, service, namesOf(`${name.kebab}-confirmed`), { fields: `${key}:string` });
  addEvent(tree, service, namesOf(`${name.kebab}-compensated`), {
    fields: `${key}:string,reason:string`,
  });
  const values = {
    ...{ ...name, name: name.kebab, service, key, keySnake: namesOf(key).snake },
    ...{ start, answer, refusal, catalogs: catalogsOf(service, name, events) },
    migrationsIndex: migrationsIndexOf(tree, service),
    migration: addMigration(tree, service, {
      ...{ snake: name.snake, export: `create${name.pascal}` },
    }),
  };
  writeTemplates(tree, { from: 'saga/files', to: service.folder, values });
  const compensated = `{ status: 'COMPENSATED', reason: 'REFUSED' }`;
  const does = (event: FoundEvent) =>
    event === start ? 'begin' : event === refusal ? compensated : `{ status: 'CONFIRMED' }`;
  for (const event of events) hear(tree, service, { name, event, does: does(event) });
  wire(tree, service, name, options.timeoutMs ?? 30_000);
  return finish(tree);
}

function check(service: Service, events: readonly FoundEvent[]): void {
  if (!service.hasDatabase)
    throw new NameError(`${service.kebab} has no database to keep a timer in: choose one that has`);
  const twice = events.find(
    (one, at) => events.findIndex(({ pascal }) => pascal === one.pascal) < at,
  );
  if (twice)
    throw new NameError(
      `${twice.pascal} can't be two of start, answer and refusal: give each its own event`,
    );
}

/** What the test imports of each service's catalog. */
function catalogsOf(
  service: Names,
  { pascal }: Names,
  events: readonly FoundEvent[],
): readonly (readonly [string, readonly string[]])[] {
  const own = [`${pascal}Compensated`, `${pascal}Confirmed`].map(
    (one) => [service.kebab, one] as const,
  );
  const all = [...own, ...events.map((one) => [one.producer.kebab, one.pascal] as const)];
  const byService = Map.groupBy(all, ([producer]) => producer);
  return [...byService].map(([from, names]) => [from, names.map(([, one]) => one)] as const);
}

function hear(
  tree: Tree,
  service: Service,
  {
    name,
    event,
    does,
  }: { readonly name: Names; readonly event: FoundEvent; readonly does: string },
): void {
  const { group, ownGroup } = planSubscription(tree, {
    ...{ service, event, options: { service: service.kebab, event: event.pascal } },
  });
  ensureGroup(tree, service, { name: group, of: event.producer, shared: 'one' });
  const { pascal, camel, kebab } = name;
  const store = `Postgres${pascal}Store`;
  const within = `this.postgres${pascal}Store.within(tx, event), event.data.${event.key}`;
  addHandler(tree, service, {
    ...{ event, options: ownGroup ? [`group: '${group}'`] : [] },
    injected: [
      { name: pascal, file: `../use-cases/${kebab}.js` },
      { name: store, file: `../outbound/postgres-${kebab}-store.js` },
    ],
    tables: { name: `${pascal}Database`, file: `../outbound/postgres-${kebab}-store.js` },
    body:
      does === 'begin'
        ? `await this.${camel}.begin(${within});`
        : `await this.${camel}.end(${within}, ${does});`,
  });
}

function wire(tree: Tree, service: Service, name: Names, timeoutMs: number): void {
  const { pascal, kebab, upper, words } = name;
  const store = `Postgres${pascal}Store`;
  const variable = `${upper}_TIMEOUT_MS`;
  const imports: readonly (readonly [string, ...string[]])[] = [
    ['kysely', 'type Kysely'],
    ['@mesh/outbox', 'type Outbox'],
    ['@mesh/service-kit', 'CONFIG', 'DATABASE', 'OUTBOX'],
    ['./config.js', 'type Config'],
    [`./inbound/${kebab}-timer.js`, `${pascal}Timer`],
    [`./outbound/postgres-${kebab}-store.js`, store, `type ${pascal}Database`],
    [`./use-cases/${kebab}.js`, pascal],
  ];
  const providers = [
    `{
      provide: ${store},
      inject: [DATABASE, OUTBOX],
      useFactory: (db: Kysely<${pascal}Database>, outbox: Outbox) => new ${store}(db, outbox),
    }`,
    `{
      provide: ${pascal},
      inject: [${store}, CONFIG],
      useFactory: (store: ${store}, config: Config) => new ${pascal}(store, config.${variable}),
    }`,
    `${pascal}Timer`,
  ];
  edit(tree, service.module, (text) =>
    providers.reduce(
      (sum, one) => addToArray(sum, 'providers', one),
      imports.reduce((sum, [from, ...names]) => addImport(sum, from, ...names), text),
    ),
  );
  edit(tree, `${service.folder}/src/config.ts`, (text) =>
    addToObject(
      text,
      'configSchema',
      `
  /** A ${words} that nobody confirms in so many milliseconds is compensated. */
  ${variable}: z.coerce.number().int().min(100).max(86_400_000).default(${timeoutMs})`,
    ),
  );
}
