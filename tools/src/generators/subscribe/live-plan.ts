import type { Tree } from '@nx/devkit';
import type { FoundEvent } from '../kit/find-event.js';
import { NameError, namesOf, type Names } from '../kit/names.js';
import { fieldsOf, type Field } from '../kit/proto-fields.js';
import { eventsProtoOf } from '../kit/streams.js';
import { aggregateNames, type AggregateNames } from '../service/aggregate-names.js';
import type { SubscribeOptions } from './plan.js';
import { toldFields, type ToldField } from './told-fields.js';

/** How things become live that a service tells of by an event. */
export interface LivePlan {
  readonly event: FoundEvent;
  /** What is followed, and several of it. */
  readonly A: AggregateNames['one'];
  readonly As: AggregateNames['several'];
  /** Fields of the event and of the service's answer: what a thing is known by, and what grows. */
  readonly key: string;
  readonly version: string;
  /** The RPC that reads one: its name, its field, that of its answer, and the message there. */
  readonly rpc: Names;
  readonly request: string;
  readonly answer: string;
  readonly message: string;
  readonly told: readonly ToldField[];
  readonly eventFields: readonly Field[];
  readonly answerFields: readonly Field[];
}

/** @throws NameError for what can't be live, saying what to do */
export function planLive(tree: Tree, event: FoundEvent, options: SubscribeOptions): LivePlan {
  refuseOthers(event, options);
  const { producer, pascal } = event;
  const eventFields = fieldsOf(tree.read(eventsProtoOf(producer), 'utf8') ?? '', pascal) ?? [];
  const { key = event.key, versionField: version = 'version' } = options;
  const here = `${pascal} of ${eventsProtoOf(producer)}`;
  need(eventFields, here, { field: key, types: ['string'], use: 'to know the thing by' });
  need(eventFields, here, { field: version, types: numbers, use: 'to tell new from old' });
  need(eventFields, here, { field: 'customerId', types: ['string'], use: 'to tell nobody else' });
  const { one: A, several: As } = aggregateNames(
    { aggregate: key.replace(/Id$/, ''), ...(options.plural && { plural: options.plural }) },
    producer,
  );
  const rpc = namesOf(`get-${A.kebab}`);
  const read = readBy(tree, { producer, rpc, key });
  const there = `${read.message} of ${serviceProtoOf(producer)}`;
  need(read.answerFields, there, { field: key, types: ['string'], use: 'as in the event' });
  need(read.answerFields, there, { field: version, types: numbers, use: 'as in the event' });
  const leftOut = [key, version, 'key', 'version', 'customerId'];
  const told = toldFields(eventFields, read.answerFields, leftOut);
  return { event, A, As, key, version, rpc, ...read, told, eventFields };
}

const numbers = ['int32', 'int64', 'uint32', 'uint64'];

function refuseOthers({ pascal, stream }: FoundEvent, options: SubscribeOptions): void {
  if (stream === 'work') {
    throw new NameError(
      `${pascal} is work that is handed out by routing keys, no fact that replaces the one before: take an event of a log, or see docs/how-to/make-it-live.md for announcements`,
    );
  }
  const given = (['delivery', 'group', 'eachReplica'] as const).find((name) => options[name]);
  if (given === undefined) return;
  throw new NameError(
    `The gateway hears events at every replica, from now on and at most once: leave out --${namesOf(given).kebab}`,
  );
}

interface Needed {
  readonly field: string;
  readonly types: readonly string[];
  readonly use: string;
}

function need(fields: readonly Field[], where: string, { field, types, use }: Needed): void {
  const found = fields.find(({ camel }) => camel === field);
  if (found && found.label === undefined && types.includes(found.type)) return;
  throw new NameError(
    `${where} needs a field ${namesOf(field).snake} of ${types.join(', ')}, ${use}: it has ${fields.map(({ name }) => name).join(', ') || 'none'}`,
  );
}

function readBy(
  tree: Tree,
  { producer, rpc, key }: { readonly producer: Names; readonly rpc: Names; readonly key: string },
): Pick<LivePlan, 'request' | 'answer' | 'message' | 'answerFields'> {
  const proto = tree.read(serviceProtoOf(producer), 'utf8') ?? '';
  const { snake } = namesOf(key);
  const request = fieldsOf(proto, `${rpc.pascal}Request`)?.find(({ name }) => name === snake);
  const answers = fieldsOf(proto, `${rpc.pascal}Response`) ?? [];
  for (const { camel: answer, type: message } of answers) {
    const answerFields = fieldsOf(proto, message);
    if (request && answerFields && proto.includes(`rpc ${rpc.pascal}(`))
      return { request: request.camel, answer, message, answerFields };
  }
  throw new NameError(
    `${producer.pascal}Service has no RPC ${rpc.pascal}(${snake}) that answers with one, which browsers need that missed something: ${commandOf(tree, producer, rpc)}`,
  );
}

function commandOf(tree: Tree, producer: Names, rpc: Names): string {
  const has = tree.read('tools/generators.json', 'utf8')?.includes('"rpc":') === true;
  return has
    ? `make it with npx nx g @mesh/tools:rpc ${producer.kebab} ${rpc.pascal}`
    : 'npx nx g @mesh/tools:service makes one for what a service owns, and docs/how-to/add-a-call.md says how to write another';
}

function serviceProtoOf({ snake }: Names): string {
  return `proto/mesh/${snake}/v1/${snake}_service.proto`;
}
