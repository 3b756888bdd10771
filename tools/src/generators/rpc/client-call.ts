import type { Tree } from '@nx/devkit';
import { addImport, addMember, addToArray, addToObject } from '../kit/edit-typescript.js';
import { NameError, type Names } from '../kit/names.js';
import type { Service } from '../kit/services.js';
import { edit, writeTemplates } from '../kit/workspace.js';

/** Lets a service call a method of another one: client, address in the configuration, descriptor, double in its test. */
export function addClientCall(tree: Tree, from: Service, service: Service, method: Names): void {
  if (from.kebab === service.kebab) {
    throw new NameError(`${from.kebab} needs no call to itself: leave out --from`);
  }
  const values = { S: service, service: service.kebab };
  writeTemplates(tree, { from: 'rpc/files/client', to: `${from.folder}/src/outbound`, values });
  addClientMethod(tree, from, service, method);
  addAddress(tree, from, service);
  addProvider(tree, from, service);
}

function addClientMethod(
  tree: Tree,
  from: Service,
  service: Service,
  { pascal, camel }: Names,
): void {
  const path = `${from.folder}/src/outbound/${service.kebab}.grpc.client.ts`;
  const types = [`type ${pascal}Request`, `type ${pascal}Response`];
  const rpc = new RegExp(String.raw`rpc ${pascal}\((stream )?\w+\) returns \((stream )?`);
  const proto = tree.read(`proto/mesh/${service.snake}/v1/${service.snake}_service.proto`, 'utf8');
  const [, requests, responses] = rpc.exec(proto ?? '') ?? [];
  const [name, type] = requests
    ? ['requests', `AsyncIterable<${pascal}Request>`]
    : ['request', `${pascal}Request`];
  const answer = responses ? 'AsyncIterable' : 'Promise';
  const member = `  ${camel}(${name}: ${type}): ${answer}<${pascal}Response> {
    return this.#client.${camel}(${name});
  }`;
  edit(tree, path, (text) =>
    addMember(
      addImport(text, `@mesh/contracts/${service.snake}`, ...types),
      `${service.pascal}GrpcClient`,
      camel,
      member,
    ),
  );
}

/** The address of the other one, where the service and its tests are configured, and the call in its descriptor. */
export function addAddress(tree: Tree, from: Service, { kebab, upper }: Service): void {
  const variable = `${upper}_GRPC_ADDRESS`;
  edit(tree, `${from.folder}/src/config.ts`, (text) => {
    const tls = /\.\.\.grpc(Tls)?Config/.test(text) ? [] : ['grpcTlsConfig'];
    const imported = addImport(text, '@mesh/service-kit', 'grpcAddress', ...tls);
    const all = [...tls.map((one) => `...${one}`), `${variable}: grpcAddress()`];
    const [, schema = 'configSchema'] = /configSchema = (\w+)\.refine\(/.exec(text) ?? [];
    return all.reduce((sum, one) => addToObject(sum, schema, one), imported);
  });
  const spec = `${from.folder}/src/config.spec.ts`;
  if (/const valid = /.test(tree.read(spec, 'utf8') ?? '')) {
    edit(tree, spec, (text) => addToObject(text, 'valid', `${variable}: '${kebab}:50051'`));
  }
  const running = `${from.folder}/test/running-${from.kebab}.ts`;
  if (tree.exists(running)) edit(tree, running, (text) => addTestAddress(text, variable));
  edit(tree, `${from.folder}/service.json`, (text) => {
    const descriptor = JSON.parse(text) as { readonly calls?: readonly string[] };
    const { calls = [] } = descriptor;
    if (calls.includes(kebab)) return text;
    const list = JSON.stringify([...calls, kebab]);
    if ('calls' in descriptor) return text.replace(/"calls": \[[^\]]*\]/, `"calls": ${list}`);
    return text.replace(/\s*\}\s*$/, `,\n  "calls": ${list}\n}\n`);
  });
}

/** Nobody is there: a test that needs an answer brings a double. */
function addTestAddress(text: string, variable: string): string {
  const value = `${variable}: '127.0.0.1:1'`;
  if (/\benv: \{/.test(text)) return addToObject(text, 'env', value);
  return text.replace(/(startWholeService\(\w+, configSchema, \{)/, `$1 env: { ${value} },`);
}

function addProvider(tree: Tree, from: Service, { kebab, pascal, upper, words }: Service): void {
  const provider = `{
      provide: ${pascal}GrpcClient,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const client = new ${pascal}GrpcClient({ address: config.${upper}_GRPC_ADDRESS, tls: grpcTls(config) });
        lifecycle.onStop('close', '${words} client', () => client.close());
        return client;
      },
    }`;
  edit(tree, from.module, (text) => {
    if (text.includes(`provide: ${pascal}GrpcClient`)) return text;
    const kit = ['CONFIG', 'grpcTls', 'RUNTIME', 'type Runtime'];
    let changed = addImport(text, '@mesh/service-kit', ...kit);
    changed = addImport(changed, './config.js', 'type Config');
    changed = addImport(changed, `./outbound/${kebab}.grpc.client.js`, `${pascal}GrpcClient`);
    return addToArray(changed, 'providers', provider);
  });
}
