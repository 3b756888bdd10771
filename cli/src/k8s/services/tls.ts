import { component, podPatch } from './kustomization.js';
import { namesOf, speaksGrpc, type ServiceFacts } from './facts.js';
import type { Texts } from './texts.js';

const folder = 'k8s/components/tls';

/** A certificate for each service that speaks gRPC. */
export function tlsFiles(services: readonly ServiceFacts[]): Texts {
  const speakers = namesOf(services.filter(speaksGrpc));
  const servers = namesOf(services.filter(({ grpc }) => grpc));
  const patches = [
    { path: 'grpc.yaml', services: speakers },
    { path: 'probes.yaml', services: servers, jobs: false },
    ...speakers.map((name) => ({ path: `files-${name}.yaml`, services: [name] })),
  ];
  const text = component(
    ['authority.yaml', 'certificates.yaml', 'rabbitmq-certificate.yaml'],
    patches,
    {
      before: [
        '  # After rabbitmq in the list of an overlay: it changes what that one makes.',
        '  - path: rabbitmq.yaml\n    target: { kind: RabbitmqCluster, name: mesh-rabbitmq }',
      ],
      after: [
        '  - path: amqps.yaml\n    target: { kind: Deployment|Job, annotationSelector: mesh.example/amqp=mesh-rabbitmq }',
      ],
    },
  );
  return [
    [`${folder}/kustomization.yaml`, text],
    [`${folder}/certificates.yaml`, speakers.map(certificate).join('---\n')],
    ...speakers.map((name) => [`${folder}/files-${name}.yaml`, files(name)] as const),
  ];
}

function certificate(name: string): string {
  const names = ['', '.mesh', '.mesh.svc', '.mesh.svc.cluster.local'].map((end) => name + end);
  return `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ${name}-tls }
spec:
  secretName: ${name}-tls
  commonName: ${name}
  dnsNames:
${names.map((one) => `    - ${one}`).join('\n')}
  usages: [server auth, client auth]
  duration: 2160h
  renewBefore: 720h
  privateKey: { algorithm: ECDSA, size: 256, rotationPolicy: Always }
  issuerRef: { name: mesh-ca, kind: Issuer }
`;
}

function files(name: string): string {
  return podPatch(
    `
volumes:
  - name: tls
    secret: { secretName: ${name}-tls }`.trimStart(),
  );
}
