import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addImport, addToArray } from '../kit/edit-typescript.js';
import { NameError } from '../kit/names.js';
import { findService, type Service } from '../kit/services.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { addAddress } from '../rpc/client-call.js';
import { isQuery, routeOf, type EndpointOptions, type Route } from './route.js';
import { schemasOf } from './schemas.js';

const gateway = 'apps/gateway';

/** A method of a service over HTTP: see the schema. */
export default async function generate(
  tree: Tree,
  options: EndpointOptions,
): Promise<GeneratorCallback> {
  const service = findService(tree, options.service);
  const route = routeOf(tree, service, options);
  if (isServed(tree, route)) return finish(tree);
  const values = {
    ...{ ...route, ...schemasOf(tree, route), S: service },
    ...{ name: route.M.kebab, service: service.kebab, query: isQuery(route.verb) },
    ...{ codes: codesOf(tree, route), plainPath: pathOf(route) },
  };
  for (const part of ['service', 'endpoint'])
    writeTemplates(tree, { from: `endpoint/files/${part}`, to: gateway, values });
  addToService(tree, service, route);
  addAddress(tree, findService(tree, 'gateway'), service);
  return finish(tree);
}

/**
 * Whether a run before made it.
 * @throws NameError when something else is at the path
 */
function isServed(tree: Tree, { M, verb, path }: Route): boolean {
  const folder = `${gateway}/src/inbound`;
  const own = `${M.kebab}.endpoint.ts`;
  const place = new RegExp(
    String.raw`path: '${path.replaceAll(/[{}.]/g, String.raw`\$&`)}',\s+verb: '${verb}'`,
  );
  const served = (text: string) => place.test(text) || servesByHand(text, path, verb);
  const other = tree
    .children(folder)
    .find((file) => file !== own && served(tree.read(`${folder}/${file}`, 'utf8') ?? ''));
  if (other !== undefined) {
    throw new NameError(
      `${verb.toUpperCase()} ${path} is served already, see ${folder}/${other}: choose another path`,
    );
  }
  const text = tree.read(`${folder}/${own}`, 'utf8');
  if (text === null) return false;
  if (place.test(text.replaceAll('\r\n', '\n'))) return true;
  throw new NameError(
    `${M.pascal} is at another path already, see ${folder}/${own}: choose that one`,
  );
}

/** A path of the document with its verb, as it is written by hand. */
function servesByHand(text: string, path: string, verb: string): boolean {
  const [, item = ''] = text.split(`'${path}': {`);
  return (
    item !== '' &&
    new RegExp(String.raw`^\s+${verb}: operation\(`, 'm').test(item.split(/^ {2}\},/m)[0] ?? '')
  );
}

function addToService(tree: Tree, { kebab, camel, pascal }: Service, { M }: Route): void {
  const controller = `${M.pascal}HttpController`;
  edit(tree, `${gateway}/src/${kebab}-endpoints.module.ts`, (text) =>
    addToArray(
      addImport(text, `./inbound/${M.kebab}.http.controller.js`, controller),
      'controllers',
      controller,
    ),
  );
  edit(tree, `${gateway}/src/inbound/${kebab}-endpoints.api.ts`, (text) =>
    addToArray(
      addImport(text, `./${M.kebab}.endpoint.js`, `${M.camel}Endpoint`),
      'endpoints',
      `${M.camel}Endpoint`,
    ),
  );
  edit(tree, `${gateway}/src/features.ts`, (text) => {
    const api = addImport(text, `./inbound/${kebab}-endpoints.api.js`, `${camel}Api`);
    const module = addImport(api, `./${kebab}-endpoints.module.js`, `${pascal}EndpointsModule`);
    return addToArray(module, 'features', `{ module: ${pascal}EndpointsModule, api: ${camel}Api }`);
  });
}

/** Codes that it may answer with, as the OpenAPI document lists them. */
function codesOf(tree: Tree, { service, verb, rest, inPath, hasKey }: Route): readonly string[] {
  const errors = tree.read(`libs/contracts/src/errors/${service.kebab}.ts`, 'utf8') ?? '';
  const own = [...errors.matchAll(/^ +([A-Z_]+): \{/gm)].map(([, code]) => code as string);
  const taken = rest.length > 0 || hasKey ? ['VALIDATION_FAILED'] : [];
  return [
    ...(rest.length > 0 && !isQuery(verb) ? [] : taken),
    ...(hasKey ? ['IDEMPOTENCY_KEY_REQUIRED'] : []),
    ...(inPath.length > 0 ? own.filter((code) => code.endsWith('_NOT_FOUND')) : []),
    ...(verb === 'get' ? [] : ['OUTBOX_FULL', 'OUTBOX_CLOSED']),
  ];
}

/** With samples in the place of fields. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\{\w+\}/g, 'one');
}
