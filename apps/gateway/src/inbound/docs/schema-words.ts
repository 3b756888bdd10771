import { html, join, type Html } from './html.js';
import { alternatives, isNullable, type JsonSchema } from './json-schema.js';

/** More values than these are counted instead of listed. */
const maxListed = 8;

/** What a value must be, in words: "whole number from 1 to 100, 20 by default". */
export function wordsOf(schema: JsonSchema): Html {
  const options = alternatives(schema);
  const inDefault =
    schema.default === undefined
      ? ''
      : html`, <code>${JSON.stringify(schema.default)}</code> by default`;
  const words = join(
    options,
    (option) => html`${option === options[0] ? '' : ', or '}${one(option)}`,
  );
  return html`${words}${isNullable(schema) ? ' or null' : ''}${inDefault}`;
}

/** The name of a schema of the document, as a link to its section. */
export function schemaLink({ $ref = '' }: JsonSchema): Html {
  const name = $ref.split('/').at(-1)!;
  return html`<a href="#schema-${name}"><code>${name}</code></a>`;
}

function one(schema: JsonSchema): Html {
  if (schema.$ref !== undefined) return schemaLink(schema);
  if (schema.const !== undefined) return html`always <code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return listed(schema.enum);
  switch (schema.type) {
    case 'boolean':
      return html`<code>true</code> | <code>false</code>`;
    case 'array':
      return list(schema);
    case 'integer':
      return html`whole number${after(range(safe(schema.minimum), safe(schema.maximum)))}`;
    case 'string':
      return text(schema);
    default:
      return html`${schema.type === 'object' ? 'object' : 'anything'}`;
  }
}

function text({ format, pattern, minLength, maxLength }: JsonSchema): Html {
  if (format === 'date-time') return html`date and time (RFC 3339)`;
  const matching = pattern ? html`, matching <code>${pattern}</code>` : '';
  return html`text${after(range(minLength, maxLength), ' characters')}${matching}`;
}

function list({ items = {}, minItems, maxItems }: JsonSchema): Html {
  const count = range(minItems, maxItems);
  if (items.properties) return html`list of ${count} objects`;
  return html`list of ${count ? `${count}, each ` : ''}${one(items)}`;
}

function listed(values: readonly unknown[]): Html {
  if (values.length > maxListed) return html`one of ${values.length} values`;
  return join(
    values,
    (value) => html`${value === values[0] ? '' : ' | '}<code>${String(value)}</code>`,
  );
}

function range(from: number | undefined, to: number | undefined): string {
  if (from !== undefined && to !== undefined) {
    return from === to ? figure(from) : `${figure(from)} to ${figure(to)}`;
  }
  if (from !== undefined) return `${figure(from)} or more`;
  return to === undefined ? '' : `at most ${figure(to)}`;
}

function after(bounds: string, unit = ''): string {
  return bounds && `, ${bounds}${unit}`;
}

/** Bounds that say no more than that a number is exact are not worth a word. */
function safe(bound: number | undefined): number | undefined {
  return Math.abs(bound ?? 0) === Number.MAX_SAFE_INTEGER ? undefined : bound;
}

function figure(value: number): string {
  return value.toLocaleString('en');
}
