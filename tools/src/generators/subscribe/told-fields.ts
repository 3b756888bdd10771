import { namesOf } from '../kit/names.js';
import { sampleOf, type Field } from '../kit/proto-fields.js';

/** A field that both events and the service's answer have, as code of the gateway names it. */
export interface ToldField {
  readonly camel: string;
  /** Not in every message. */
  readonly maybe: boolean;
  /** Its type on the wire, as TypeScript. */
  readonly ts: string;
  /** As JSON Schema. */
  readonly schema: string;
  /** A value of it on the wire. */
  readonly sample: string;
  /** How it is taken from an event or an answer, `from`. */
  readonly mapping: string;
}

const kinds: Readonly<Record<string, readonly [ts: string, schema: string]>> = {
  string: ['string', `{ type: 'string' }`],
  bool: ['boolean', `{ type: 'boolean' }`],
  double: ['number', `{ type: 'number' }`],
  float: ['number', `{ type: 'number' }`],
  ...Object.fromEntries(
    ['int32', 'int64', 'uint32', 'uint64'].map((type) => [type, ['number', `{ type: 'integer' }`]]),
  ),
};

/** What can be told of the fields that both have in the same form; others are left out, and messages in messages. */
export function toldFields(
  event: readonly Field[],
  answer: readonly Field[],
  leftOut: readonly string[],
): readonly ToldField[] {
  const both = event.filter(
    ({ camel, type, label }) =>
      !leftOut.includes(camel) &&
      answer.some((one) => one.camel === camel && one.type === type && one.label === label),
  );
  return both.flatMap((field) => toldField(field) ?? []);
}

function toldField(field: Field): ToldField | undefined {
  const { camel, type, label } = field;
  if (type === 'google.protobuf.Timestamp' && label !== 'repeated') {
    const mapping = `...(from.${camel} && { ${camel}: from.${camel}.toISOString() })`;
    const schema = `{ type: 'string', format: 'date-time' }`;
    return { camel, maybe: true, ts: 'string', schema, sample: 'undefined', mapping };
  }
  const [ts, schema] = kinds[type] ?? [];
  if (ts === undefined || schema === undefined) return undefined;
  const plain = { camel, maybe: false, ts, schema, mapping: `${camel}: from.${camel}` };
  if (label === 'repeated') {
    const items = `{ type: 'array', items: ${schema} }`;
    return { ...plain, ts: `readonly ${ts}[]`, schema: items, sample: '[]' };
  }
  const given = `...(from.${camel} !== undefined && { ${camel}: from.${camel} })`;
  return label === 'optional'
    ? { ...plain, maybe: true, sample: 'undefined', mapping: given }
    : { ...plain, sample: sampleOf(field) };
}

/** An object's members, as the test gives them: `given` by name, others with a value of their type. */
export function sampleData(
  fields: readonly Field[],
  given: Readonly<Record<string, string>>,
  told: readonly ToldField[],
): string {
  return fields
    .map((field) => {
      const { camel } = field;
      const own = given[camel];
      if (own !== undefined) return own === camel ? camel : `${camel}: ${own}`;
      // What may be missing is missing, so that what is told is the example of the documents.
      const isMissing = told.some((one) => one.camel === camel && one.maybe);
      return `${camel}: ${isMissing ? 'undefined' : sampleOf(field)}`;
    })
    .join(', ');
}

/** `loan id` of `loanId`. */
export const wordsOf = (camel: string): string => namesOf(camel).words;
