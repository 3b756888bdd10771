/** A JSON schema, of the part that custom resource definitions use. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** What is checked. Descriptions, defaults, and rules in CEL, which nothing here evaluates, are not kept. */
const kept = new Set([
  'type',
  'enum',
  'format',
  'pattern',
  'required',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'nullable',
]);
const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };
/** Definitions leave it open, and the API server checks it. */
const metadata = {
  type: 'object',
  properties: { name: text, namespace: text, labels: texts, annotations: texts },
  required: ['name'],
  additionalProperties: false,
};

/**
 * The schema of one version of a custom resource definition, without what is not checked, and closed: a field
 * that it does not name is refused, wherever the definition does not say that unknown ones are kept. `status`
 * is left out, because no manifest has one.
 * @throws Error when the definition has no such version
 */
export function strictSchema(definition: CustomResourceDefinition, version: string): Schema {
  const { group, names, versions } = definition.spec;
  const found = versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`${group} ${names.kind} has no version ${version}`);
  const { properties = {}, required = [] } = found.schema.openAPIV3Schema as ObjectSchema;
  const fields = Object.entries(properties).filter(([name]) => !ours.has(name));
  return {
    type: 'object',
    properties: {
      apiVersion: { enum: [`${group}/${version}`] },
      kind: { enum: [names.kind] },
      metadata,
      ...Object.fromEntries(fields.map(([name, schema]) => [name, closed(schema)])),
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...required])],
    additionalProperties: false,
  };
}

const ours = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** What of a CustomResourceDefinition is read. */
export interface CustomResourceDefinition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

interface ObjectSchema extends Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

function closed(schema: ObjectSchema): Schema {
  const rest = Object.entries(schema).filter(isKept);
  const { properties, items, additionalProperties } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] };
  return {
    ...Object.fromEntries(rest),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, closed(one)]),
      ),
    }),
    ...(items && { items: closed(items) }),
    ...alternatives(schema),
    ...others(schema, additionalProperties),
  };
}

/** Patterns are those of Go; one that means nothing here is not checked. */
function isKept([keyword, value]: readonly [string, unknown]): boolean {
  if (!kept.has(keyword)) return false;
  if (keyword !== 'pattern') return true;
  try {
    return Boolean(new RegExp(String(value)));
  } catch {
    return false;
  }
}

/** What else an object may have. */
function others(schema: ObjectSchema, declared: Schema | boolean | undefined): Schema {
  if (typeof declared === 'object') return { additionalProperties: closed(declared) };
  if (declared === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return {};
  return schema.properties ? { additionalProperties: false } : {};
}

/** Branches tell what must be together; the fields themselves are named beside them. */
function alternatives(schema: ObjectSchema): Schema {
  const branches = ['oneOf', 'anyOf', 'allOf'].filter((keyword) => keyword in schema);
  return Object.fromEntries(
    branches.map((keyword) => [keyword, (schema[keyword] as Schema[]).map(open)]),
  );
}

function open(schema: ObjectSchema): Schema {
  const rest = Object.entries(schema).filter(isKept);
  const { properties } = schema;
  return {
    ...Object.fromEntries(rest),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, open(one)]),
      ),
    }),
    ...(schema['not'] !== undefined && { not: open(schema['not'] as ObjectSchema) }),
    ...alternatives(schema),
  };
}
