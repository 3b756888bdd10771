import { NameError, namesOf } from './names.js';
import { isKeyword } from './reserved.js';

/** A field of a Protobuf message. */
export interface Field {
  /** `due_at`. */
  readonly name: string;
  /** `dueAt`: its name in TypeScript and in JSON. */
  readonly camel: string;
  /** As the proto spells it: `string`, `google.protobuf.Timestamp`. */
  readonly type: string;
  readonly label?: 'repeated' | 'optional';
}

const short: Readonly<Record<string, string>> = {
  timestamp: 'google.protobuf.Timestamp',
  money: 'mesh.type.v1.Money',
};
const scalars = [
  ...['string', 'bool', 'bytes', 'double', 'float'],
  ...['int32', 'int64', 'uint32', 'uint64'],
];
const imports: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'google/protobuf/timestamp.proto',
  'mesh.type.v1.Money': 'mesh/type/v1/money.proto',
};

/**
 * The fields of a list such as `bookId:string,tags:string[],reason:string?,dueAt:timestamp`.
 * @throws NameError for a type that is not known or a name that comes twice
 */
export function parseFields(list: string): readonly Field[] {
  const given = list.split(',').map((one) => one.trim());
  const fields = given.filter((one) => one !== '').map(parseField);
  const twice = fields.find(({ name }, at) => fields.findIndex((one) => one.name === name) < at);
  if (twice) throw new NameError(`The field ${twice.camel} comes twice; give each name once`);
  return fields;
}

function parseField(given: string): Field {
  const [, name, type, mark] = /^([^:]+):([a-z\d]+)(\[\]|\?)?$/.exec(given) ?? [];
  const known = type !== undefined && (scalars.includes(type) || Object.hasOwn(short, type));
  if (name === undefined || !known) {
    throw new NameError(
      `"${given}" is no field: give name:type, such as bookId:string, tags:string[] or reason:string?; types are ${[...scalars, ...Object.keys(short)].join(', ')}`,
    );
  }
  const { snake, camel } = namesOf(name);
  if (isKeyword(camel)) {
    throw new NameError(
      `A field can't be called ${camel}, for code that takes an event apart would not compile: choose another name, such as ${camel}Value`,
    );
  }
  const label = mark === '[]' ? 'repeated' : mark === '?' ? 'optional' : undefined;
  return { name: snake, camel, type: short[type] ?? type, ...(label && { label }) };
}

/** The fields of a message of a proto, in their order; undefined when it has no such message. */
export function fieldsOf(proto: string, message: string): readonly Field[] | undefined {
  const found = new RegExp(String.raw`^message ${message} \{(?:\}|([\s\S]*?)^\})`, 'm').exec(proto);
  if (!found) return undefined;
  const lines = (found[1] ?? '').matchAll(/^ {2}(?:(repeated|optional) )?([\w.]+) (\w+) = \d+/gm);
  return [...lines].map(([, label, type, name]) => ({
    ...{ name: name as string, camel: namesOf(name as string).camel, type: type as string },
    ...(label && { label: label as Field['label'] }),
  }));
}

/** A message with these fields, numbered from 1; `comment` goes above it. */
export function messageText(message: string, comment: string, fields: readonly Field[]): string {
  const lines = fields.map((field, at) => `  ${fieldText(field, at + 1)}`);
  return [`// ${comment}`, `message ${message} {`, ...lines, '}'].join('\n');
}

/**
 * Adds the fields that the message lacks, with the next numbers; those that it has stay as they are.
 * @throws NameError when one is there with another type: readers know it
 */
export function addFields(proto: string, message: string, fields: readonly Field[]): string {
  const present = fieldsOf(proto, message) ?? [];
  for (const field of fields) {
    const old = present.find(({ name }) => name === field.name);
    if (old && (old.type !== field.type || old.label !== field.label)) {
      throw new NameError(
        `${message}.${field.name} is ${[old.label, old.type].filter(Boolean).join(' ')} and others read it so: give the new one another name, and write "reserved" for the old one when nobody reads it any more`,
      );
    }
  }
  const missing = fields.filter(({ name }) => !present.some((one) => one.name === name));
  if (missing.length === 0) return proto;
  const start = proto.indexOf(`message ${message} {`);
  const end = proto.indexOf('\n}', start) + 1;
  const taken = [...proto.slice(start, end).matchAll(/= (\d+)/g)].map(([, one]) => Number(one));
  const first = Math.max(0, ...taken) + 1;
  const lines = missing.map((field, at) => `  ${fieldText(field, first + at)}\n`);
  return proto.slice(0, end) + lines.join('') + proto.slice(end);
}

/** What a proto with these fields imports. */
export function importsOf(fields: readonly Field[]): readonly string[] {
  return fields.flatMap(({ type }) => imports[type] ?? []);
}

/** A value of the field, as TypeScript. */
export function sampleOf({ type, label, camel }: Field): string {
  if (label === 'repeated') return '[]';
  if (label === 'optional') return 'undefined';
  if (type === 'string') return `'${namesOf(camel).kebab}-1'`;
  if (type === 'bool') return 'true';
  if (type === 'bytes') return 'new Uint8Array([1])';
  if (type === 'google.protobuf.Timestamp') return `new Date('2026-01-02T03:04:05Z')`;
  if (type === 'mesh.type.v1.Money') return `{ amountMinor: 250, currency: 'EUR' }`;
  return scalars.includes(type) ? '1' : 'undefined';
}

function fieldText({ label, type, name }: Field, number: number): string {
  return `${label ? `${label} ` : ''}${type} ${name} = ${number};`;
}
