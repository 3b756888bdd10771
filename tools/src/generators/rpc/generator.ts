import type { GeneratorCallback, Tree } from '@nx/devkit';
import { addMessage, addProtoImport, addRpc } from '../kit/edit-proto.js';
import { addImport, addMember, addProperty, addToArray } from '../kit/edit-typescript.js';
import { NameError } from '../kit/names.js';
import { importsOf, messageText } from '../kit/proto-fields.js';
import { findService, type Service } from '../kit/services.js';
import { usableNames } from '../kit/usable-names.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { addClientCall } from './client-call.js';
import { controllerMethod } from './controller-method.js';
import { ownedBy } from './owned.js';
import { shapeOf, type RpcOptions, type Shape } from './shape.js';

/** A gRPC method of a service: see the schema. */
export default async function generate(
  tree: Tree,
  options: RpcOptions,
): Promise<GeneratorCallback> {
  addMethod(tree, options);
  return finish(tree);
}

/** The method, and a call of it from `from`. */
export function addMethod(tree: Tree, options: RpcOptions): void {
  const service = findService(tree, options.service);
  const method = usableNames(options.method);
  const proto = tree.read(protoOf(service), 'utf8');
  if (proto === null) {
    throw new NameError(
      `${service.kebab} serves no gRPC: there is no ${protoOf(service)}; make a service that does with npx nx g @mesh/tools:service`,
    );
  }
  if (!new RegExp(String.raw`\brpc ${method.pascal}\(`).test(proto)) {
    const shape = shapeOf(options, method, service, ownedBy(tree, service));
    addToProto(tree, shape);
    addToController(tree, shape);
    addUseCase(tree, shape);
    addToModule(tree, shape);
  }
  if (options.from) addClientCall(tree, findService(tree, options.from), service, method);
}

export function protoOf({ snake }: Pick<Service, 'snake'>): string {
  return `proto/mesh/${snake}/v1/${snake}_service.proto`;
}

function addToProto(tree: Tree, shape: Shape): void {
  const { service, M, streams, request, response, description } = shape;
  const messages = [`${M.pascal}Request`, `${M.pascal}Response`] as const;
  const [asked, answered] = messages.map((name, at) =>
    (at === 0 ? streams.requests : streams.responses) ? `stream ${name}` : name,
  );
  const rpc = `  // ${description}\n  rpc ${M.pascal}(${asked}) returns (${answered});`;
  edit(tree, protoOf(service), (text) => {
    const added = addRpc(text, `${service.pascal}Service`, M.pascal, rpc);
    const both = [request, response].reduce((sum, fields, at) => {
      const name = messages[at] as string;
      return addMessage(sum, name, messageText(name, '', fields).replace(/^.*\n/, ''));
    }, added);
    return importsOf([...request, ...response]).reduce(addProtoImport, both);
  });
}

function addToController(tree: Tree, shape: Shape): void {
  const { service, M, owned } = shape;
  const path = `${service.folder}/src/inbound/${service.kebab}.grpc.controller.ts`;
  const className = `${service.pascal}GrpcController`;
  const field = `@Inject(${M.pascal}) private readonly ${M.camel}UseCase!: ${M.pascal};`;
  edit(tree, path, (text) => {
    const types = [`type ${M.pascal}Request`, `type ${M.pascal}Response`];
    let changed = addImport(text, `@mesh/contracts/${service.snake}`, ...types);
    changed = addImport(changed, '@nestjs/common', 'Inject');
    changed = addImport(changed, '@nestjs/microservices', 'Payload');
    if (owned) changed = addImport(changed, '@mesh/service-kit', 'Caller', 'type Principal');
    changed = addImport(changed, `../use-cases/${M.kebab}.js`, M.pascal);
    changed = addProperty(changed, className, `${M.camel}UseCase`, field);
    return addMember(changed, className, M.camel, controllerMethod(shape));
  });
}

function addUseCase(tree: Tree, shape: Shape): void {
  const { service, M, owned } = shape;
  const values = { ...shape, S: service, A: owned, name: M.kebab, service: service.kebab };
  const part = owned ? 'owned' : 'plain';
  const useCases = `${service.folder}/src/use-cases`;
  writeTemplates(tree, { from: `rpc/files/${part}`, to: useCases, values });
  const running = `${service.folder}/test/running-${service.kebab}.ts`;
  if (tree.exists(running)) {
    writeTemplates(tree, { from: 'rpc/files/test', to: `${service.folder}/test`, values });
  }
}

function addToModule(tree: Tree, { service, M, owned }: Shape): void {
  edit(tree, service.module, (text) =>
    addToArray(
      addImport(text, `./use-cases/${M.kebab}.js`, M.pascal),
      owned ? 'useCases' : 'providers',
      M.pascal,
    ),
  );
}
