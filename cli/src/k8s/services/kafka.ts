import { component, podPatch } from './kustomization.js';
import { namesOf, type ServiceFacts } from './facts.js';
import type { Texts } from './texts.js';

const folder = 'k8s/components/kafka';

/** The user that each service is at Kafka. */
export function kafkaFiles(services: readonly ServiceFacts[]): Texts {
  const clients = namesOf(services.filter(({ log }) => log));
  const patches = [
    { path: 'client.yaml', services: clients },
    ...clients.map((name) => ({ path: `client-${name}.yaml`, services: [name] })),
  ];
  return [
    [
      `${folder}/kustomization.yaml`,
      component(['cluster.yaml', 'topics.yaml', 'users.yaml'], patches),
    ],
    ...clients.map((name) => [`${folder}/client-${name}.yaml`, client(name)] as const),
  ];
}

function client(name: string): string {
  return podPatch(
    `
containers:
  - name: app
    env:
      - { name: KAFKA_SASL_USERNAME, value: ${name} }
volumes:
  - name: kafka-user
    secret:
      secretName: ${name}
      items: [{ key: password, path: password }]`.trimStart(),
  );
}
