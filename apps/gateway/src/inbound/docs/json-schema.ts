/** The part of JSON Schema that the schemas of the two contracts use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** A property somewhere in a schema, such as `lines[].sku`. */
export interface Field {
  readonly path: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The alternatives of a schema; most have only one. Being null is none of its own. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const { type } = schema;
  if (typeof type === 'object')
    return type.filter(notNull).map((one) => ({ ...schema, type: one }));
  return (schema.oneOf ?? schema.anyOf ?? [schema]).filter((one) => notNull(one.type));
}

export function isNullable({ type, oneOf = [], anyOf = [] }: JsonSchema): boolean {
  return [type, ...[...oneOf, ...anyOf].map((one) => one.type)].flat().includes('null');
}

function notNull(type: JsonSchema['type']): boolean {
  return type !== 'null';
}

/** The properties of an object, each followed by those within it; `$ref`s are not followed. */
export function fieldsOf(schema: JsonSchema, within = ''): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = within + name;
    const required = schema.required?.includes(name) ?? false;
    const inner = property.items
      ? fieldsOf(property.items, `${path}[].`)
      : fieldsOf(property, `${path}.`);
    return [{ path, required, schema: property }, ...inner];
  });
}
