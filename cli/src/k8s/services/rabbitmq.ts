import { component, podPatch } from './kustomization.js';
import { namesOf, type ServiceFacts } from './facts.js';
import type { Texts } from './texts.js';

const folder = 'k8s/components/rabbitmq';

/** The user that each service is at RabbitMQ; those without a stream there get an address that is nowhere. */
export function rabbitmqFiles(services: readonly ServiceFacts[]): Texts {
  const clients = services.filter(({ work }) => work);
  const others = services.filter(({ work }) => !work);
  const patches = [
    ...clients.map(({ name }) => ({ path: `client-${name}.yaml`, services: [name] })),
    { path: 'no-client.yaml', services: namesOf(others) },
  ];
  const resources = ['cluster.yaml', 'policies.yaml', 'topology.yaml', 'users.yaml'];
  return [
    [`${folder}/kustomization.yaml`, component(resources, patches)],
    ...clients.map(({ name }) => [`${folder}/client-${name}.yaml`, client(name)] as const),
  ];
}

function client(name: string): string {
  const spec = `
containers:
  - name: app
    env:
      - name: AMQP_USER
        valueFrom: { secretKeyRef: { name: ${name}-user-credentials, key: username } }
      - name: AMQP_PASSWORD
        valueFrom: { secretKeyRef: { name: ${name}-user-credentials, key: password } }
      - name: AMQP_URL
        value: amqp://$(AMQP_USER):$(AMQP_PASSWORD)@mesh-rabbitmq:5672`.trimStart();
  const metadata = `metadata:
  name: any
  # \`tls\` looks for it.
  annotations: { mesh.example/amqp: mesh-rabbitmq }`;
  const head =
    '# User and password are made by the operator, without a character that means something in a URL.\n';
  return head + podPatch(spec, metadata);
}
