import type { Mistake } from './mistakes.js';

/** In what components and the roll-out have, in the overlay `production`, one a kind of mistake. */
export const componentMistakes: readonly Mistake[] = [
  {
    what: 'a policy for another port',
    kind: 'NetworkPolicy',
    name: 'gateway.order.out',
    instead: ['"port":50051', '"port":50052'],
    fault:
      'NetworkPolicy gateway.order.out: /spec/egress/0/ports/0/port is 50052, and 50051 in the code',
  },
  {
    what: 'a policy for all ports',
    kind: 'NetworkPolicy',
    name: 'gateway.order.out',
    instead: [/"ports":\[.*?\],/, ''],
    fault:
      'NetworkPolicy gateway.order.out: /spec/egress/0/ports is nothing, and [{"protocol":"TCP","port":50051},{"protocol":"TCP","port":90… in the code',
  },
  {
    what: 'a policy that closes nothing',
    kind: 'NetworkPolicy',
    name: 'deny-all',
    instead: ['"podSelector":{}', '"podSelector":{},"ingress":[{}]'],
    fault: 'NetworkPolicy deny-all: /spec/ingress is [{}], and nothing in the code',
  },
  {
    what: 'a policy beside those of the code',
    kind: 'NetworkPolicy',
    name: 'dns',
    instead: ['"name":"dns"', '"name":"everything"'],
    fault: 'NetworkPolicy everything: is not made from code',
  },
  {
    what: 'a user that may do all at a topic',
    kind: 'KafkaUser',
    name: 'inventory',
    instead: ['"Read"', '"All"'],
    fault:
      'KafkaUser inventory: /spec/authorization/acls/0/operations/0 is "All", and "Read" in the code',
  },
  {
    what: 'a queue of another name',
    kind: 'Queue',
    name: 'notifications.email',
    instead: [/"spec":\{(.*?)"name":"([^"]+)"/, '"spec":{$1"name":"$2x"'],
    fault:
      'Queue notifications.email: /spec/name is "notifications.emailx", and "notifications.email" in the code',
  },
  {
    what: 'a binding by another key',
    kind: 'Binding',
    name: 'notifications.email',
    instead: ['"email.#"', '"mail.#"'],
    fault:
      'Binding notifications.email-email.all: /spec/routingKey is "mail.#", and "email.#" in the code',
  },
  {
    what: 'a user of RabbitMQ that may read all',
    kind: 'Permission',
    name: 'gateway',
    instead: [/"read":"[^"]*"/, '"read":".*"'],
    fault:
      'Permission gateway: /spec/permissions/read is ".*", and "^(mesh\\\\.notifications|gateway\\\\..*)$" in the code',
  },
  {
    what: 'a rule of alerts of its own',
    kind: 'PrometheusRule',
    name: 'mesh-storage',
    instead: ['"alert":"MeshRetentionOverdue"', '"alert":"Overdue"'],
    fault:
      'PrometheusRule mesh-storage: /spec/groups/0/rules/0/alert is "Overdue", and "MeshRetentionOverdue" in the code',
  },
  {
    what: 'a database at a host that is nowhere',
    kind: 'Deployment',
    name: 'order',
    instead: ['@order-db-rw:5432', '@orders-db-rw:5432'],
    fault: 'Deployment order: DATABASE_URL: orders-db-rw:5432 is no port of a Service',
  },
  {
    what: 'a broker at a port that it does not have',
    kind: 'Deployment',
    name: 'order',
    instead: ['mesh-kafka-bootstrap:9093', 'mesh-kafka-bootstrap:9092'],
    fault: 'Deployment order: KAFKA_BROKERS: mesh-kafka-bootstrap:9092 is no port of a Service',
  },
  {
    what: 'a broker of work that speaks no plain text',
    kind: 'Deployment',
    name: 'gateway',
    instead: ['@mesh-rabbitmq:5671', '@mesh-rabbitmq:5672'],
    fault: 'Deployment gateway: AMQP_URL: mesh-rabbitmq:5672 is no port of a Service',
  },
  {
    what: 'a collector that is nowhere',
    kind: 'Deployment',
    name: 'order',
    instead: ['http://otel-collector:4318', 'http://otel-colector:4318'],
    fault:
      'Deployment order: OTEL_EXPORTER_OTLP_ENDPOINT: otel-colector:4318 is no port of a Service',
  },
  {
    what: 'a certificate without the names of its service',
    kind: 'Certificate',
    name: 'order-tls',
    instead: [/"order","order\.mesh",/, ''],
    fault: 'Certificate order-tls: its dnsNames lack order, order.mesh',
  },
  {
    what: 'a certificate by nobody',
    kind: 'Certificate',
    name: 'order-tls',
    instead: ['"name":"mesh-ca"', '"name":"mesh-authority"'],
    fault: 'Certificate order-tls: Issuer mesh-authority is nowhere',
  },
  {
    what: 'a route from what is nowhere',
    kind: 'HTTPRoute',
    name: 'gateway',
    instead: ['"sectionName":"https"', '"sectionName":"tls"'],
    fault: 'HTTPRoute gateway: Gateway mesh:tls is nowhere',
  },
  {
    what: 'a monitor of a port that is not there',
    kind: 'PodMonitor',
    name: 'otel-collector',
    instead: ['"port":"metrics"', '"port":"metrcs"'],
    fault:
      'PodMonitor otel-collector: scrapes /metrics of port metrcs; expected /metrics of a port of metrics',
  },
  {
    what: 'a monitor of another path',
    kind: 'ServiceMonitor',
    name: 'mesh',
    instead: ['"path":"/metrics"', '"path":"/metric"'],
    fault:
      'ServiceMonitor mesh: scrapes /metric of port management; expected /metrics of a port of metrics',
  },
  {
    what: 'a monitor that leaves out a service',
    kind: 'ServiceMonitor',
    name: 'mesh',
    instead: ['"gateway"', '"gate"'],
    fault: 'Service gateway: no monitor selects it',
  },
  {
    what: 'a monitor of nothing',
    kind: 'ServiceMonitor',
    name: 'mesh',
    instead: [
      '"matchLabels":{"app.kubernetes.io/part-of":"mesh"}',
      '"matchLabels":{"app.kubernetes.io/part-of":"shop"}',
    ],
    fault: 'ServiceMonitor mesh: selects nothing',
  },
  {
    what: 'less memory than is asked for',
    kind: 'Deployment',
    name: 'order',
    instead: ['"memory":"512Mi"', '"memory":"64Mi"'],
    fault: 'Deployment order: container app: asks for 192Mi of memory, and may have 64Mi',
  },
  {
    what: 'an amount that is none',
    kind: 'Deployment',
    name: 'order',
    instead: ['"memory":"512Mi"', '"memory":"2 GB"'],
    fault: 'Deployment order: container app: "2 GB" is no amount of memory',
  },
  {
    what: 'a single pod',
    kind: 'Deployment',
    name: 'inventory',
    instead: ['"replicas":2', '"replicas":1'],
    fault: 'Deployment inventory: has 1 replicas; expected 2 in production',
  },
  {
    what: 'an autoscaler down to nothing',
    kind: 'ScaledObject',
    name: 'notifications',
    instead: ['"minReplicaCount":2', '"minReplicaCount":0'],
    fault: 'Deployment notifications: has 0 replicas; expected 2 in production',
  },
  {
    what: 'a roll-out that stops the old ones first',
    kind: 'Deployment',
    name: 'order',
    instead: [/"strategy":\{.*?\}\}/, '"strategy":{"type":"Recreate"}'],
    fault: 'Deployment order: expected strategy RollingUpdate with maxUnavailable 0',
  },
  {
    what: 'pods that may all be on one node',
    kind: 'Deployment',
    name: 'order',
    instead: ['"topologyKey":"kubernetes.io/hostname"', '"topologyKey":"rack"'],
    fault:
      'Deployment order: its pods are not spread by kubernetes.io/hostname (topologySpreadConstraints)',
  },
  {
    what: 'a budget that keeps as many as there are',
    kind: 'PodDisruptionBudget',
    name: 'order',
    instead: ['"maxUnavailable":1', '"minAvailable":2'],
    fault: 'PodDisruptionBudget order: lets no pod go: a node can not be drained',
  },
  {
    what: 'a file of a secret that does not have it',
    kind: 'Deployment',
    name: 'order',
    instead: ['{"key":"password","path":"password"}', '{"key":"passwort","path":"password"}'],
    fault: 'Deployment order: volume kafka-user: Secret order has no passwort',
  },
  {
    what: 'a migration that begins anew when it is done',
    kind: 'Job',
    name: 'order-migrate',
    instead: ['"restartPolicy":"OnFailure"', '"restartPolicy":"Always"'],
    fault: 'Job order-migrate-0.1.0: expected restartPolicy OnFailure or Never; received Always',
  },
  {
    what: 'two migrations at once',
    kind: 'Job',
    name: 'order-migrate',
    instead: ['"parallelism":1', '"parallelism":2'],
    fault: 'Job order-migrate-0.1.0: expected parallelism 1; received 2 of 1',
  },
  {
    what: 'one address for all pods of a service of gRPC',
    kind: 'Service',
    name: 'order',
    instead: ['"clusterIP":"None",', ''],
    fault: 'Service order: expected clusterIP None: callers of gRPC choose among the pods',
  },
  {
    what: 'an object twice',
    kind: 'ServiceAccount',
    name: 'order',
    instead: ['"name":"order"', '"name":"inventory"'],
    fault: 'ServiceAccount inventory: is there 2 times',
  },
  {
    what: 'another namespace',
    kind: 'Service',
    name: 'order',
    instead: ['"namespace":"mesh"', '"namespace":"default"'],
    fault: 'Service order: is in the namespace default; expected mesh',
  },
  {
    what: 'what is not labelled',
    kind: 'KafkaTopic',
    name: 'mesh.order.v1',
    instead: ['"app.kubernetes.io/part-of":"mesh"', '"app.kubernetes.io/part-of":"shop"'],
    fault: 'KafkaTopic mesh.order.v1: expected the label app.kubernetes.io/part-of: mesh',
  },
];
