import { NameError, type Names } from '../kit/names.js';
import { parseFields, sampleOf, type Field } from '../kit/proto-fields.js';
import type { Service } from '../kit/services.js';

export interface RpcOptions {
  readonly service: string;
  readonly method: string;
  readonly kind?: 'unary' | 'server' | 'client' | 'bidi';
  readonly request?: string;
  readonly response?: string;
  readonly from?: string;
  readonly description?: string;
}

/** What a method takes and gives, as code and as samples of it. */
export interface Shape {
  readonly service: Service;
  readonly M: Names;
  readonly streams: { readonly requests: boolean; readonly responses: boolean };
  readonly request: readonly Field[];
  readonly response: readonly Field[];
  /** What the service owns, when the method is about one of it. */
  readonly owned: Names | undefined;
  readonly description: string;
  /** An object literal of a request, that of its answer, and how a use case makes it from `request`. */
  readonly samples: { readonly request: string; readonly response: string; readonly made: string };
  /** Whether `made` uses the request. */
  readonly echoes: boolean;
}

/** @throws NameError when the method's name does not begin with a verb, or a field is wrong */
export function shapeOf(
  options: RpcOptions,
  M: Names,
  service: Service,
  store: Names | undefined,
): Shape {
  if (!M.kebab.includes('-')) {
    throw new NameError(
      `"${M.pascal}" is one word: give a verb and what it does it to, such as ${M.pascal}Loan`,
    );
  }
  const { kind = 'unary' } = options;
  const streams = { requests: /client|bidi/.test(kind), responses: /server|bidi/.test(kind) };
  const counts = streams.requests && !streams.responses;
  const id = store && `${store.camel}Id`;
  const request = parseFields(options.request || `${id ?? 'id'}:string`);
  const owned = !options.response && request.some(({ camel }) => camel === id) ? store : undefined;
  const response = responseOf(options.response, { request, owned, counts });
  const echoed = (field: Field) =>
    !streams.requests || streams.responses
      ? request.some(
          (one) =>
            one.camel === field.camel && one.type === field.type && one.label === field.label,
        )
      : false;
  const literal = (fields: readonly Field[], valueOf: (field: Field) => string) =>
    `{ ${fields.map((field) => `${field.camel}: ${valueOf(field)}`).join(', ')} }`;
  const sample = (field: Field) => (counts && field.camel === 'received' ? '2' : sampleOf(field));
  const made = literal(response, (field) => {
    if (echoed(field)) return `request.${field.camel}`;
    return counts && field.camel === 'received' ? 'received' : sampleOf(field);
  });
  return {
    ...{ service, M, streams, request, response, owned },
    description: options.description ?? `${M.words[0]?.toUpperCase()}${M.words.slice(1)}.`,
    samples: { request: literal(request, sampleOf), response: literal(response, sample), made },
    echoes: response.some(echoed),
  };
}

function responseOf(
  given: string | undefined,
  {
    request,
    owned,
    counts,
  }: {
    readonly request: readonly Field[];
    readonly owned: Names | undefined;
    readonly counts: boolean;
  },
): readonly Field[] {
  if (given) return parseFields(given);
  if (counts) return parseFields('received:uint32');
  return owned ? [{ name: owned.snake, camel: owned.camel, type: owned.pascal }] : request;
}
