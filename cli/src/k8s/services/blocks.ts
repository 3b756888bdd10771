import { addressVariable, databaseName, variablePrefix } from '@mesh/tools/services';
import { CliError } from '../../cli-error.js';
import { namesOf, type ServiceFacts } from './facts.js';

/** Lines that are made within a file that somebody writes. */
export interface Block {
  readonly path: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** Every block, of all services. */
export function blocksOf(services: readonly ServiceFacts[]): readonly Block[] {
  const names = namesOf(services);
  const owners = namesOf(services.filter(({ database }) => database));
  const overlay = 'k8s/overlays/local';
  return [
    {
      ...{ path: 'k8s/base/kustomization.yaml', name: 'services' },
      lines: names.map((name) => `- ${name}`),
    },
    ...services.flatMap((service) => [
      {
        ...{ path: `k8s/base/${service.name}/config.env`, name: service.name },
        lines: Object.entries(configOf(service, services)).map(pair('=')),
      },
      {
        ...{ path: 'compose.yaml', name: service.name },
        lines: Object.entries(composeVariablesOf(service, services)).map(pair(': ')),
      },
    ]),
    {
      ...{ path: `${overlay}/kustomization.yaml`, name: 'services' },
      lines: names.flatMap((name) => [
        `- name: ${name}-secrets`,
        `  envs: [secrets/${name}.env]`,
        `  options: { disableNameSuffixHash: true }`,
      ]),
    },
    {
      ...{ path: `${overlay}/servers/databases.sh`, name: 'services' },
      lines: owners.map((name) => `database ${name} "$${variablePrefix(name)}_PASSWORD"`),
    },
    {
      ...{ path: 'k8s/components/observability/kustomization.yaml', name: 'services' },
      lines: [`target: { kind: Deployment, name: ${names.join('|')} }`],
    },
    {
      ...{ path: 'k8s/components/service-mesh/kustomization.yaml', name: 'services' },
      lines: [`target: { kind: Service, name: ${names.join('|')} }`],
    },
  ];
}

type Variables = Readonly<Record<string, string>>;

function configOf(service: ServiceFacts, services: readonly ServiceFacts[]): Variables {
  return {
    ...(service.http && { PORT: '3000' }),
    ...(service.grpc && { GRPC_PORT: '50051' }),
    ...addressesOf(service, services),
    // A job does it.
    ...(service.database && { MIGRATE_ON_START: 'false' }),
  };
}

function composeVariablesOf(service: ServiceFacts, services: readonly ServiceFacts[]): Variables {
  const { name, database } = service;
  return {
    ...(database && { DATABASE_URL: `postgres://mesh:mesh@postgres:5432/${databaseName(name)}` }),
    ...addressesOf(service, services),
  };
}

/** Of others, by the names that they have in a cluster and in compose.yaml. */
function addressesOf({ edge, calls }: ServiceFacts, services: readonly ServiceFacts[]): Variables {
  const operated = services
    .filter((one) => !one.edge)
    .map(({ name }) => `${name}=http://${name}:9090`);
  return {
    ...Object.fromEntries(calls.map((name) => [addressVariable(name), `dns:///${name}:50051`])),
    ...(edge && operated.length > 0 && { OPERATIONS_URLS: operated.join(',') }),
  };
}

function pair(between: string) {
  return ([name, value]: [string, string]) => `${name}${between}${value}`;
}

/** @throws CliError when the text has no place for the block, with the lines that make one */
export function withBlock(text: string, { path, name, lines }: Block): string {
  const begin = `# made for ${name} by \`npm run mesh -- manifests write\``;
  const end = `# end of what is made for ${name}`;
  const found = new RegExp(`^( *)${begin}\\n(?:.*\\n)*?\\1${end}$`, 'm');
  if (!found.test(text))
    throw new CliError(
      `${path} has no place for what is made for ${name}. Give it one:\n${begin}\n${end}`,
      1,
    );
  return text.replace(found, (_, indent: string) =>
    [begin, ...lines, end].map((line) => indent + line).join('\n'),
  );
}
