import { z } from 'zod';

/** What of a value is accepted, in the words that a start uses to refuse another. */
export function formOf(schema: z.ZodType): string {
  const { type, minimum, maximum, enum: choices } = jsonOf(schema);
  if (choices !== undefined) return choices.map((one) => `\`${one}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer' || type === 'number') {
    const kind = type === 'integer' ? 'whole number' : 'number';
    return `${kind}, ${figure(minimum)} to ${figure(maximum)}`;
  }
  // No text that anything asks for.
  const { error } = schema.safeParse('\u0001');
  return error?.issues[0]?.message ?? 'text';
}

/** What holds when nothing is set: a value, `required`, or `–` for nothing. */
export function defaultOf(schema: z.ZodType): string {
  for (let inner: z.core.$ZodType | undefined = schema; inner; inner = innerOf(inner)) {
    const { def } = inner._zod;
    if (def.type === 'default' || def.type === 'prefault') {
      const { defaultValue } = def as z.core.$ZodDefaultDef;
      return Array.isArray(defaultValue) ? 'none' : `\`${String(defaultValue)}\``;
    }
  }
  return schema.safeParse(undefined).success ? '–' : 'required';
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const def = schema._zod.def as { innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  return def.innerType ?? def.in;
}

interface Json {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

function jsonOf(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Json;
}

const figure = (value: number | undefined) => value?.toLocaleString('en-US') ?? 'any';
