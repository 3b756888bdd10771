import type { OpenApiDocument } from './openapi-document.js';
import type { Operation } from './openapi-parts.js';

export interface Call {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** Values by the name of the parameter, in the words of a shell within double quotes: `$KEY` is expanded. */
export type Values = Readonly<Record<string, string | number | undefined>>;

/** The call of an operation of the document; throws when it has none of this id. */
export function callOf(document: OpenApiDocument, operationId: string): Call {
  const call = callsOf(document).find(({ operation }) => operation.operationId === operationId);
  if (!call) throw new Error(`The OpenAPI document has no operation ${operationId}`);
  return call;
}

export function callsOf({ paths }: OpenApiDocument): readonly Call[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

/**
 * The call for a POSIX shell in which BASE is the address of the gateway, and TOKEN a token where one
 * is needed; for what refuses others than operators, OPERATOR one of those. Values come from the examples of the document unless they are given; a parameter that is
 * optional and not given is left out.
 */
export function curl({ path, method, operation }: Call, given: Values = {}): string {
  const { parameters = [], requestBody, security, responses } = operation;
  const token = '403' in responses ? '$OPERATOR' : '$TOKEN';
  const known = parameters.flatMap((parameter) => {
    const value = given[parameter.name] ?? (parameter.required ? parameter.example : undefined);
    return value === undefined ? [] : [{ ...parameter, value: String(value) }];
  });
  const of = (place: string) => known.filter((parameter) => parameter.in === place);
  const filled = of('path').reduce((url, { name, value }) => url.replace(`{${name}}`, value), path);
  const query = of('query').map(({ name, value }) => `${name}=${value}`);
  const body = requestBody?.content['application/json']?.example;
  const words = [
    `"$BASE${filled}${query.length > 0 ? `?${query.join('&')}` : ''}"`,
    ...(security.length > 0 ? [`-H "Authorization: Bearer ${token}"`] : []),
    ...of('header').map(({ name, value }) => `-H "${name}: ${value}"`),
    ...(body === undefined
      ? []
      : [`-H "Content-Type: application/json"`, `-d ${quoted(JSON.stringify(body))}`]),
  ];
  const named = method === 'get' ? [] : ['-X', method.toUpperCase()];
  return ['curl', '-sS', ...named, words.join(' \\\n  ')].join(' ');
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
