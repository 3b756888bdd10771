import type { Tree } from '@nx/devkit';
import { NameError } from '../kit/names.js';
import { fieldsOf, type Field } from '../kit/proto-fields.js';
import { isQuery, type Route } from './route.js';

/** Schemas of an endpoint, as zod, with samples that they take. */
export interface Schemas {
  readonly request: Sampled;
  readonly response: Sampled;
  /** The message that the service answers with, as TypeScript. */
  readonly answer: string;
}

interface Sampled {
  readonly schema: string;
  readonly sample: string;
}

/** What body and query may be, and what is answered. @throws NameError for what JSON has no form for */
export function schemasOf(tree: Tree, route: Route): Schemas {
  const { service, M, rest, verb } = route;
  const { snake } = service;
  const proto = tree.read(`proto/mesh/${snake}/v1/${snake}_service.proto`, 'utf8') ?? '';
  const wrap = isQuery(verb) ? 'z.object' : 'strictBody';
  const fields = rest.map((field) => [field, inputOf(field, isQuery(verb))] as const);
  const request = {
    schema: `${wrap}({ ${fields.map(([{ camel }, one]) => `${camel}: ${one.schema}`).join(', ')} })`,
    sample: `{ ${fields.map(([{ camel }, one]) => `${camel}: ${one.sample}`).join(', ')} }`,
  };
  const text = proto.replaceAll('\r\n', '\n');
  const name = `${M.pascal}Response`;
  const response = messageOf(text, name, []);
  return { request, response, answer: literalOf(text, name) };
}

function inputOf({ type, label }: Field, query: boolean): Sampled {
  const one = scalarOf(type, query);
  if (label === 'repeated')
    return { schema: `z.array(${one.schema}).max(1000)`, sample: `[${one.sample}]` };
  return label === 'optional' ? { ...one, schema: `${one.schema}.optional()` } : one;
}

function scalarOf(type: string, query: boolean): Sampled {
  if (type === 'string') return { schema: `z.string().max(1024)`, sample: `'first'` };
  if (type === 'bool')
    return { schema: query ? 'z.stringbool()' : 'z.boolean()', sample: query ? `'true'` : 'true' };
  const coerce = query ? 'z.coerce' : 'z';
  if (type === 'double' || type === 'float') return { schema: `${coerce}.number()`, sample: '1' };
  const whole = query ? 'z.coerce.number().int()' : 'z.int()';
  return { schema: type.startsWith('u') ? `${whole}.min(0)` : whole, sample: '1' };
}

function messageOf(proto: string, message: string, above: readonly string[]): Sampled {
  const fields = fieldsOf(proto, message);
  if (fields === undefined || above.includes(message)) {
    throw new NameError(
      `${message} can't be described by this generator: take a method that answers with messages of its own proto, or write the endpoint by hand`,
    );
  }
  const all = fields.map((field) => [field, outputOf(proto, field, [...above, message])] as const);
  return {
    schema: `z.strictObject({ ${all.map(([{ camel }, one]) => `${camel}: ${one.schema}`).join(', ')} })`,
    sample: `{ ${all.map(([{ camel }, one]) => `${camel}: ${one.sample}`).join(', ')} }`,
  };
}

function outputOf(proto: string, { type, label }: Field, above: readonly string[]): Sampled {
  const one = outputOfOne(proto, type, above);
  if (label === 'repeated') return { schema: `z.array(${one.schema})`, sample: `[${one.sample}]` };
  return label === 'optional' ? { ...one, schema: `${one.schema}.optional()` } : one;
}

function outputOfOne(proto: string, type: string, above: readonly string[]): Sampled {
  if (type === 'string') return { schema: 'z.string()', sample: `'first'` };
  if (type === 'bool') return { schema: 'z.boolean()', sample: 'true' };
  if (type === 'double' || type === 'float') return { schema: 'z.number()', sample: '1' };
  if (/^u?int(32|64)$/.test(type)) return { schema: 'z.int()', sample: '1' };
  if (type === 'google.protobuf.Timestamp')
    return { schema: 'z.iso.datetime()', sample: `'2026-01-02T03:04:05.000Z'` };
  if (type === 'mesh.type.v1.Money' || type.endsWith('.type.v1.Money'))
    return {
      schema: 'z.strictObject({ amountMinor: z.int(), currency: z.string().length(3) })',
      sample: `{ amountMinor: 250, currency: 'EUR' }`,
    };
  return messageOf(proto, type, above);
}

/** The same answer as the service gives it: times are dates there. */
function literalOf(proto: string, message: string): string {
  return messageOf(proto, message, []).sample.replaceAll(
    /'\d{4}-\d\d-\d\dT[\d:.]+Z'/g,
    'new Date($&)',
  );
}
