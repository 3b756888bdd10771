import type { Tree } from '@nx/devkit';
import { NameError, namesOf, type Names } from '../kit/names.js';
import { fieldsOf, type Field } from '../kit/proto-fields.js';
import type { Service } from '../kit/services.js';

export interface EndpointOptions {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly verb?: 'GET' | 'POST' | 'PUT' | 'DELETE';
}

/** A method at its path. */
export interface Route {
  readonly service: Service;
  readonly M: Names;
  readonly verb: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI has it: `/v1/loans/{loanId}`. */
  readonly path: string;
  /** As Nest has it: `v1/loans/:loanId`. */
  readonly nestPath: string;
  readonly inPath: readonly Field[];
  /** Fields of the body, or of the query of GET and DELETE. */
  readonly rest: readonly Field[];
  readonly hasKey: boolean;
  /** 201 where something is made. */
  readonly status: 200 | 201;
}

const KEY = 'idempotency_key';
const verbs = [
  { verb: 'get', words: ['get', 'list', 'find', 'search', 'count'] },
  { verb: 'put', words: ['set', 'replace'] },
  { verb: 'delete', words: ['delete', 'remove'] },
] as const;

/** @throws NameError when the method is not there or streams, or the path does not fit its request */
export function routeOf(tree: Tree, service: Service, options: EndpointOptions): Route {
  const M = namesOf(options.method);
  const fields = requestOf(tree, service, M);
  const path = checkedPath(options.path);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const inPath = names.map((name) => fieldFor(name, fields, M));
  const [first = ''] = M.kebab.split('-');
  const verb =
    (options.verb?.toLowerCase() as Route['verb'] | undefined) ??
    verbs.find(({ words }) => (words as readonly string[]).includes(first))?.verb ??
    'post';
  const hasKey = verb === 'post' && fields.some(({ name }) => name === KEY);
  const rest = fields.filter((field) => !inPath.includes(field) && !(hasKey && field.name === KEY));
  const nested = rest.find(({ type, label }) => !isScalar(type) || (label && isQuery(verb)));
  if (nested) {
    throw new NameError(
      `${nested.camel} of ${M.pascal}Request can't be taken from ${isQuery(verb) ? 'a query' : 'a body'} by this generator: give fields of text, numbers and truth alone, or write the endpoint by hand`,
    );
  }
  const makes = verb === 'post' && ['create', 'place', 'add', 'open'].includes(first);
  return {
    ...{ service, M, verb, path, inPath, rest, hasKey, status: makes ? 201 : 200 },
    nestPath: path.slice(1).replaceAll(/\{(\w+)\}/g, ':$1'),
  };
}

export function isQuery(verb: Route['verb']): boolean {
  return verb === 'get' || verb === 'delete';
}

function requestOf(tree: Tree, { kebab, snake }: Service, { pascal }: Names): readonly Field[] {
  const path = `proto/mesh/${snake}/v1/${snake}_service.proto`;
  const proto = tree.read(path, 'utf8')?.replaceAll('\r\n', '\n') ?? '';
  const rpc = new RegExp(String.raw`rpc ${pascal}\((stream )?(\w+)\) returns \((stream )?`);
  const [found, requests, message = '', responses] = rpc.exec(proto) ?? [];
  if (!found) {
    const all = [...proto.matchAll(/\brpc (\w+)\(/g)].map(([, name]) => name).join(', ');
    throw new NameError(
      `${kebab} has no method ${pascal}: there are ${all || 'none'}; make one with npx nx g @mesh/tools:rpc ${kebab} ${pascal}`,
    );
  }
  if (requests || responses) {
    throw new NameError(
      `${pascal} streams, which HTTP does not here: take a unary method, or live updates for what changes`,
    );
  }
  return fieldsOf(proto, message) ?? [];
}

function checkedPath(given: string): string {
  const path = given.replaceAll(/:(\w+)/g, '{$1}');
  if (/^(\/([a-z\d][a-z\d.-]*|\{[a-zA-Z]\w*\}))+$/.test(path)) return path;
  throw new NameError(
    `"${given}" is no path: give words in lower case behind slashes, with fields of the request in braces, such as /v1/loans/{loanId}`,
  );
}

function fieldFor(name: string, fields: readonly Field[], { pascal }: Names): Field {
  const field = fields.find(({ camel }) => camel === name);
  if (field?.type === 'string' && field.label === undefined) return field;
  const all = fields.filter(({ type }) => type === 'string').map(({ camel }) => camel);
  throw new NameError(
    `{${name}} is no text of ${pascal}Request: take ${all.join(', ') || 'a path without braces'}`,
  );
}

function isScalar(type: string): boolean {
  return /^(string|bool|double|float|u?int(32|64))$/.test(type);
}
