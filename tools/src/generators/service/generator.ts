import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addEvent } from '../event/generator.js';
import { addImport } from '../kit/edit-typescript.js';
import { addWorkspace } from '../kit/lock-file.js';
import { NameError, namesOf, type Names } from '../kit/names.js';
import { findService } from '../kit/services.js';
import { ensureStream } from '../kit/streams.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { aggregateNames, type AggregateNames } from './aggregate-names.js';
import { addDeployment } from './deployment.js';
import { serviceNames } from './service-names.js';

export interface ServiceOptions {
  readonly name: string;
  readonly aggregate?: string;
  readonly plural?: string;
  readonly database?: boolean;
  readonly grpc?: boolean;
  readonly http?: boolean;
  readonly events?: boolean;
}

/** What the templates know. */
interface Values {
  readonly S: Names;
  /** The aggregate, and several of it. */
  readonly A: AggregateNames['one'];
  readonly As: AggregateNames['several'];
  readonly hasDatabase: boolean;
  readonly hasGrpc: boolean;
  readonly hasHttp: boolean;
  readonly hasEvents: boolean;
}

/** A service that works: see the schema. */
export default async function generate(
  tree: Tree,
  options: ServiceOptions,
): Promise<GeneratorCallback> {
  const values = valuesOf(options);
  if (isThere(tree, values)) return finish(tree);
  addFolder(tree, values);
  addContracts(tree, values);
  addDeployment(tree, values.S, { ...values, service: values.S.kebab });
  addWorkspace(tree, `apps/${values.S.kebab}`);
  return finish(tree);
}

function valuesOf(options: ServiceOptions): Values {
  const S = serviceNames(options.name);
  const { one: A, several: As } = aggregateNames(options, S);
  const { database: hasDatabase = true, grpc: hasGrpc = true, http: hasHttp = false } = options;
  const { events: hasEvents = hasDatabase } = options;
  if (hasEvents && !hasDatabase) {
    throw new NameError(
      'Events are appended in a transaction of the database: give --database, or --no-events',
    );
  }
  return { S, A, As, hasDatabase, hasGrpc, hasHttp, hasEvents };
}

/**
 * Whether a run before made it.
 * @throws NameError when something else is there
 */
function isThere(tree: Tree, values: Values): boolean {
  const folder = `apps/${values.S.kebab}`;
  if (!tree.exists(folder)) return false;
  const marks = [`src/${values.S.kebab}.module.ts`, `test/running-${values.S.kebab}.ts`];
  if (values.hasDatabase) marks.push(`src/use-cases/create-${values.A.kebab}.ts`);
  if (marks.every((path) => tree.exists(`${folder}/${path}`))) return true;
  throw new NameError(`There is a folder ${folder} already: choose another name for the service`);
}

function addFolder(tree: Tree, values: Values): void {
  const { S, A, As, hasDatabase, hasGrpc, hasHttp, hasEvents } = values;
  const fragments = {
    serviceConfig: true,
    databaseConfig: hasDatabase,
    outboxConfig: hasEvents,
    transportConfig: hasEvents,
    authConfig: true,
    grpcConfig: hasGrpc,
    httpConfig: hasHttp,
  };
  const controllers = {
    [`${S.pascal}GrpcController`]: hasGrpc,
    [`${As.pascal}HttpController`]: hasHttp && hasDatabase,
  };
  const all = {
    ...values,
    ...{
      service: S.kebab,
      snake: S.snake,
      aggregate: A.kebab,
      aggregates: As.snake,
      plural: As.kebab,
    },
    fragments: thoseOf(fragments),
    controllers: thoseOf(controllers),
    descriptor: thoseOf({ grpc: hasGrpc, http: hasHttp, database: hasDatabase }),
  };
  const parts = {
    app: true,
    database: hasDatabase,
    grpc: hasGrpc && hasDatabase,
    http: hasHttp && hasDatabase,
    plain: !hasDatabase || !(hasGrpc || hasHttp),
    'empty-grpc': hasGrpc && !hasDatabase,
  };
  for (const part of thoseOf(parts))
    writeTemplates(tree, { from: `service/files/${part}`, to: `apps/${S.kebab}`, values: all });
  if (hasGrpc) {
    const to = `proto/mesh/${S.snake}/v1`;
    writeTemplates(tree, { from: 'service/files/proto', to, values: all });
  }
}

function addContracts(tree: Tree, values: Values): void {
  const { S, A, hasDatabase, hasEvents } = values;
  const contracts = 'libs/contracts/src';
  if (hasDatabase) {
    const to = `${contracts}/errors`;
    writeTemplates(tree, {
      from: 'service/files/errors',
      to,
      values: { ...values, service: S.kebab },
    });
    edit(tree, `${to}/index.ts`, (text) => {
      if (text.includes(`...${S.camel},`)) return text;
      const imported = addImport(text, `./${S.kebab}.js`, S.camel);
      return imported.replace(/^\} as const;/m, `  ...${S.camel},\n} as const;`);
    });
  }
  if (!hasEvents) return;
  const service = findService(tree, S.kebab);
  ensureStream(tree, service);
  addEvent(tree, service, namesOf(`${A.kebab}-created`), {
    fields: `${A.camel}Id:string,customerId:string,name:string,version:int64`,
    description: `There is ${A.one} that was not there before.`,
  });
}

function thoseOf(all: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(all).filter((name) => all[name]);
}
