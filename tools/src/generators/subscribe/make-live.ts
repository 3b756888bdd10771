import type { Tree } from '@nx/devkit';
import { addImport, addMember, addToArray, addToObject } from '../kit/edit-typescript.js';
import { NameError } from '../kit/names.js';
import type { Service } from '../kit/services.js';
import { declareGroup } from '../kit/streams.js';
import { edit, writeTemplates } from '../kit/workspace.js';
import type { LivePlan } from './live-plan.js';
import { sampleData, wordsOf } from './told-fields.js';

/**
 * Makes what the event tells of live at the gateway; a further event of the same things joins the first one.
 * @throws NameError when another service's things are called the same, or the event tells less than the first
 */
export function makeLive(tree: Tree, gateway: Service, plan: LivePlan): void {
  const { event, A } = plan;
  const { producer } = event;
  checkFit(tree, gateway, plan);
  const group = `${gateway.kebab}.${producer.kebab}`;
  declareGroup(tree, gateway, { name: group, of: producer, shared: 'each-replica' });
  write(tree, gateway, plan);
  handle(tree, gateway, plan, group);
  const { folder } = gateway;
  edit(tree, `${folder}/src/features.ts`, (text) => {
    const file = `./${A.kebab}-live.module.js`;
    const imported = addImport(text, file, `${A.pascal}LiveModule`);
    return addToArray(
      addImport(imported, `./inbound/${A.kebab}.live.js`, `${A.camel}Live`),
      'features',
      `{ module: ${A.pascal}LiveModule, states: ${A.camel}Live }`,
    );
  });
  edit(tree, `${folder}/src/config.ts`, (text) => {
    const address = `${producer.upper}_GRPC_ADDRESS`;
    if (text.includes(`${address}:`)) return text;
    const imported = addImport(text, '@mesh/service-kit', 'grpcAddress');
    return addToObject(imported, 'configSchema', `${address}: grpcAddress()`);
  });
  edit(tree, `${folder}/service.json`, (text) => {
    const descriptor = JSON.parse(text) as { readonly calls?: readonly string[] };
    const { calls = [] } = descriptor;
    if (calls.includes(producer.kebab)) return text;
    return `${JSON.stringify({ ...descriptor, calls: [...calls, producer.kebab] }, null, 2)}\n`;
  });
}

function checkFit(tree: Tree, { folder }: Service, { event, A, As, told }: LivePlan): void {
  if (!tree.exists(`${folder}/src/inbound/${A.kebab}.live.ts`)) return;
  const client = tree.read(`${folder}/src/outbound/${A.kebab}-states.grpc.client.ts`, 'utf8');
  if (!client?.includes(`'@mesh/contracts/${event.producer.snake}'`)) {
    throw new NameError(
      `${folder}/src/inbound/${A.kebab}.live.ts makes other ${As.words} live: give what ${event.producer.kebab} has another name`,
    );
  }
  const update = tree.read(`${folder}/src/domain/${A.kebab}-update.ts`, 'utf8') ?? '';
  const names = [...update.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  const missing = names.filter((name) => !told.some(({ camel }) => camel === name));
  if (missing.length === 0) return;
  throw new NameError(
    `${event.pascal} does not tell ${missing.join(', ')}, which ${A.kebab}.updated does, and the latest message replaces all before it: add it with npx nx g @mesh/tools:event ${event.producer.kebab} ${event.pascal} --fields`,
  );
}

function write(tree: Tree, { folder }: Service, plan: LivePlan): void {
  const { event, A, key, version, told, answerFields, eventFields } = plan;
  const given = { [key]: key, [version]: 'version' };
  const values = {
    ...plan,
    ...{ name: A.kebab, pascal: event.pascal, keyWords: wordsOf(key) },
    S: { ...event.producer, Words: capital(event.producer.words) },
    answerData: sampleData(answerFields, given, told),
    eventData: sampleData(eventFields, { ...given, customerId: 'customerId' }, told),
  };
  writeTemplates(tree, { from: 'subscribe/files/live', to: folder, values });
}

function handle(tree: Tree, { folder }: Service, { event, A }: LivePlan, group: string): void {
  const { pascal, producer } = event;
  const method = `@EventHandler(${pascal}, { group: '${group}', ephemeral: true, delivery: 'at-most-once' })
  async on${pascal}({ data }: ReceivedEvent<${pascal}Data>): Promise<void> {
    this.feed.updated(data.customerId, to${A.pascal}Update(data));
  }`;
  const imports: readonly (readonly [string, ...string[]])[] = [
    [`@mesh/contracts/catalog/${producer.kebab}`, pascal],
    [`@mesh/contracts/${producer.snake}-events`, `type ${pascal} as ${pascal}Data`],
    ['@mesh/service-kit', 'EventHandler', 'type ReceivedEvent'],
    [`../outbound/${A.kebab}-states.grpc.client.js`, `to${A.pascal}Update`],
  ];
  edit(tree, `${folder}/src/inbound/${A.kebab}-updates.subscriber.ts`, (text) => {
    const imported = imports.reduce(
      (sum, [from, ...names]) => addImport(sum, from, ...names),
      text,
    );
    return addMember(imported, `${A.pascal}UpdatesSubscriber`, `on${pascal}`, method);
  });
}

function capital(words: string): string {
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
