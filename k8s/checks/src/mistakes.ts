/** A mistake that somebody could make in a manifest, and what is said of it. */
export interface Mistake {
  readonly what: string;
  readonly kind: string;
  readonly name: string;
  /** In the object as it was rendered, as JSON. */
  readonly instead: readonly [string | RegExp, string];
  readonly fault: string;
}

/** In the overlay `production` with all of k8s/components, one a kind of mistake. */
export const mistakes: readonly Mistake[] = [
  {
    what: 'a misspelt field',
    kind: 'Deployment',
    name: 'order',
    instead: ['"revisionHistoryLimit"', '"revisionHistoryLimits"'],
    fault: 'Deployment order: DeploymentSpec has no field revisionHistoryLimits',
  },
  {
    what: 'a misspelt field deep in a pod',
    kind: 'Deployment',
    name: 'gateway',
    instead: ['"failureThreshold"', '"failureTreshold"'],
    fault: 'Deployment gateway: Probe has no field failureTreshold',
  },
  {
    what: 'a field of another type',
    kind: 'Deployment',
    name: 'order',
    instead: ['"replicas":2', '"replicas":"two"'],
    fault: "Deployment order: Type 'string' is not assignable to type 'number'.",
  },
  {
    what: 'a variable that nobody reads',
    kind: 'Deployment',
    name: 'gateway',
    instead: ['"env":[', '"env":[{"name":"RATE_LIMITS","value":"off"},'],
    fault: 'Deployment gateway: RATE_LIMITS is no variable of gateway (apps/gateway/src/config.ts)',
  },
  {
    what: 'a required variable that is not set',
    kind: 'ConfigMap',
    name: 'order-config',
    instead: ['INVENTORY_GRPC_ADDRESS', 'LOG_LEVEL'],
    fault:
      'Deployment order: INVENTORY_GRPC_ADDRESS: expected host:port or a gRPC target; received nothing',
  },
  {
    what: 'a value that the service refuses',
    kind: 'ConfigMap',
    name: 'mesh-config',
    instead: ['"brokers"', '"embedded"'],
    fault:
      'Deployment order: MESH_PROFILE: expected "brokers", because NODE_ENV is production; received "embedded"',
  },
  {
    what: 'pods that migrate beside their job',
    kind: 'ConfigMap',
    name: 'order-config',
    instead: ['"MIGRATE_ON_START":"false"', '"MIGRATE_ON_START":"true"'],
    fault:
      'Deployment order: MIGRATE_ON_START: expected false, because a job does it; received true',
  },
  {
    what: 'a job that is not named after its tag',
    kind: 'Job',
    name: 'order-migrate',
    instead: ['order-migrate-0.1.0', 'order-migrate-0.0.9'],
    fault: 'Job order-migrate-0.0.9: is not named after its tag 0.1.0',
  },
  {
    what: 'a secret without a value',
    kind: 'Secret',
    name: 'notifications-secrets',
    instead: [/"SMTP_URL":"[^"]+"/, '"SMTP_URL":""'],
    fault: 'Secret notifications-secrets: SMTP_URL is empty',
  },
  {
    what: 'a secret of another name',
    kind: 'Secret',
    name: 'notifications-secrets',
    instead: ['"notifications-secrets"', '"notification-secrets"'],
    fault: 'Deployment notifications: Secret notifications-secrets is nowhere',
  },
  {
    what: 'a wrong port of a container',
    kind: 'Deployment',
    name: 'inventory',
    instead: ['"containerPort":50051', '"containerPort":50052'],
    fault: 'Deployment inventory: port grpc is 50052, and GRPC_PORT is 50051',
  },
  {
    what: 'a wrong port of a service',
    kind: 'Service',
    name: 'inventory',
    instead: ['"port":50051', '"port":5051'],
    fault:
      'Deployment order: INVENTORY_GRPC_ADDRESS: dns:///inventory:50051 is no port grpc of a Service',
  },
  {
    what: 'a service that selects nothing',
    kind: 'Service',
    name: 'gateway',
    instead: ['"app.kubernetes.io/name":"gateway"}', '"app.kubernetes.io/name":"gate"}'],
    fault: 'Service gateway: selects no pods',
  },
  {
    what: 'a wrong path of a probe',
    kind: 'Deployment',
    name: 'gateway',
    instead: ['"/health/ready"', '"/ready"'],
    fault:
      'Deployment gateway: readinessProbe asks /ready, which the management port does not serve',
  },
  {
    what: 'a probe of what serves no gRPC',
    kind: 'Deployment',
    name: 'order',
    instead: ['"httpGet":{"path":"/health/live","port":"management"}', '"grpc":{"port":9090}'],
    fault: 'Deployment order: livenessProbe asks port 9090, which serves no gRPC',
  },
  {
    what: 'too little time to stop',
    kind: 'Deployment',
    name: 'order',
    instead: ['"terminationGracePeriodSeconds":20', '"terminationGracePeriodSeconds":10'],
    fault:
      'Deployment order: is killed after 10 s, and may need 14 s to stop (terminationGracePeriodSeconds)',
  },
  {
    what: 'the image of another service',
    kind: 'Deployment',
    name: 'order',
    instead: ['/mesh/order:', '/mesh/orders:'],
    fault:
      'Deployment order: registry.example/mesh/orders:0.1.0 is not the image of order, mesh/order',
  },
  {
    what: 'a tag of its own',
    kind: 'Deployment',
    name: 'order',
    instead: ['mesh/order:0.1.0', 'mesh/order:latest'],
    fault:
      'Deployment order: registry.example/mesh/order:latest has the tag "latest"; expected a version in lower case',
  },
  {
    what: 'a user that the image does not have',
    kind: 'Deployment',
    name: 'order',
    instead: ['"runAsUser":65532', '"runAsUser":1000'],
    fault: "Deployment order: runs as 1000; the Dockerfile's user is 65532",
  },
  {
    what: 'a job that does not migrate',
    kind: 'Job',
    name: 'order-migrate',
    instead: ['"--migrate"', '"--migrations"'],
    fault: 'Job order-migrate-0.1.0: expected the argument --migrate',
  },
  {
    what: 'a file system that can be written',
    kind: 'Deployment',
    name: 'order',
    instead: ['"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'],
    fault: 'Deployment order: expected readOnlyRootFilesystem',
  },
  {
    what: 'an account that is nowhere',
    kind: 'ServiceAccount',
    name: 'order',
    instead: ['"name":"order"', '"name":"orders"'],
    fault: 'Deployment order: ServiceAccount order is nowhere',
  },
  {
    what: 'a policy without an arrow',
    kind: 'NetworkPolicy',
    name: 'order.inventory.out',
    instead: ['order.inventory.out', 'order.notifications.out'],
    fault: 'NetworkPolicy order.notifications.out: no arrow of docs/architecture.md is so',
  },
  {
    what: 'an arrow without its policy',
    kind: 'NetworkPolicy',
    name: 'order.inventory.in',
    instead: ['order.inventory.in', 'order.notifications.in'],
    fault: 'NetworkPolicy order.inventory.in: is nowhere',
  },
  {
    what: 'a policy that opens the way to another service',
    kind: 'NetworkPolicy',
    name: 'gateway.order.out',
    instead: ['"app.kubernetes.io/name":"order"', '"app.kubernetes.io/name":"notifications"'],
    fault: 'NetworkPolicy gateway.order.out: does not name order',
  },
  {
    what: 'a policy that opens the way to all',
    kind: 'NetworkPolicy',
    name: 'order.inventory.in',
    instead: [/"from":\[.*?\],"ports"/, '"ports"'],
    fault: 'NetworkPolicy order.inventory.in: does not name order',
  },
  {
    what: 'a missing topic',
    kind: 'KafkaTopic',
    name: 'mesh.order.v1',
    instead: ['"mesh.order.v1"', '"mesh.orders.v1"'],
    fault: 'KafkaTopic mesh.order.v1: is nowhere',
  },
  {
    what: 'a topic with other partitions',
    kind: 'KafkaTopic',
    name: 'mesh.order.v1',
    instead: ['"partitions":6', '"partitions":3'],
    fault: 'KafkaTopic mesh.order.v1: partitions is 3, and 6 in the code',
  },
  {
    what: 'rights at a topic that is not there',
    kind: 'KafkaUser',
    name: 'order',
    instead: ['"name":"mesh.inventory.v1"', '"name":"mesh.stock.v1"'],
    fault: 'KafkaUser order: there is no topic mesh.stock.v1',
  },
  {
    what: 'a missing exchange',
    kind: 'Exchange',
    name: 'mesh.notifications',
    instead: [/(.*)"mesh\.notifications"/, '$1"mesh.notification"'],
    fault: 'Exchange mesh.notifications: is nowhere',
  },
  {
    what: 'a misspelt field of a custom resource',
    kind: 'KafkaTopic',
    name: 'mesh.order.v1',
    instead: ['"partitions"', '"partition"'],
    fault: 'KafkaTopic mesh.order.v1: /spec has no field "partition"',
  },
  {
    what: 'a privileged container',
    kind: 'Deployment',
    name: 'order',
    instead: [
      '"allowPrivilegeEscalation":false',
      '"allowPrivilegeEscalation":false,"privileged":true',
    ],
    fault: 'Deployment order: container app has privileged true',
  },
  {
    what: 'a container beside the service that may become root',
    kind: 'Deployment',
    name: 'order',
    instead: ['"containers":[', '"containers":[{"name":"side","image":"side:1"},'],
    fault: 'Deployment order: container side has allowPrivilegeEscalation not false',
  },
  {
    what: 'a capability that comes back',
    kind: 'Deployment',
    name: 'order',
    instead: ['"drop":["ALL"]', '"drop":["ALL"],"add":["SYS_ADMIN"]'],
    fault: 'Deployment order: container app has capabilities added: SYS_ADMIN',
  },
  {
    what: 'a part of the node',
    kind: 'Deployment',
    name: 'order',
    instead: ['"volumes":[', '"volumes":[{"name":"node","hostPath":{"path":"/"}},'],
    fault: 'Deployment order: volume node is a hostPath',
  },
  {
    what: 'the network of the node',
    kind: 'Deployment',
    name: 'order',
    instead: ['"enableServiceLinks":false', '"enableServiceLinks":false,"hostNetwork":true'],
    fault: 'Deployment order: has hostNetwork',
  },
  {
    what: 'a password in a ConfigMap',
    kind: 'ConfigMap',
    name: 'lag-reader',
    instead: ['"data":{', '"data":{"LAG_PASSWORD":"sample",'],
    fault:
      'ConfigMap lag-reader: LAG_PASSWORD has a secret in plain text; it belongs into a Secret',
  },
  {
    what: 'a password in the value of a variable',
    kind: 'Deployment',
    name: 'notifications',
    instead: ['"env":[', '"env":[{"name":"SMTP_URL","value":"smtps://mesh:sample@mail.example"},'],
    fault:
      'Deployment notifications: SMTP_URL has a secret in plain text; it belongs into a Secret',
  },
  {
    what: 'a budget that lets no pod go',
    kind: 'PodDisruptionBudget',
    name: 'order',
    instead: ['"maxUnavailable":1', '"maxUnavailable":0'],
    fault: 'PodDisruptionBudget order: lets no pod go: a node can not be drained',
  },
  {
    what: 'a deployment that does not know its pods',
    kind: 'Deployment',
    name: 'order',
    instead: [
      /"matchLabels":\{"app.kubernetes.io\/(\w+)":"(\w+)"/,
      '"matchLabels":{"app.kubernetes.io/$1":"$2s"',
    ],
    fault: 'Deployment order: does not select its own pods',
  },
  {
    what: 'an autoscaler of what is not there',
    kind: 'HorizontalPodAutoscaler',
    name: 'gateway',
    instead: ['"kind":"Deployment","name":"gateway"', '"kind":"Deployment","name":"gatewy"'],
    fault: 'HorizontalPodAutoscaler gateway: Deployment gatewy is nowhere',
  },
  {
    what: 'an autoscaler by lag of what is not there',
    kind: 'ScaledObject',
    name: 'notifications',
    instead: [
      '"scaleTargetRef":{"name":"notifications"',
      '"scaleTargetRef":{"name":"notification"',
    ],
    fault: 'ScaledObject notifications: Deployment notification is nowhere',
  },
  {
    what: 'a route to a port that is not there',
    kind: 'HTTPRoute',
    name: 'gateway',
    instead: ['"port":80', '"port":8080'],
    fault: 'HTTPRoute gateway: Service gateway:8080 is nowhere',
  },
  {
    what: 'lag of a group that nobody is',
    kind: 'ScaledObject',
    name: 'notifications',
    instead: ['"notifications.mesh.order.v1"', '"notifications.mesh.orders.v1"'],
    fault:
      'ScaledObject notifications: notifications does not read as notifications.mesh.orders.v1 on mesh.order.v1',
  },
  {
    what: 'lag of a group on the topic of another',
    kind: 'ScaledObject',
    name: 'notifications',
    instead: ['"topic":"mesh.inventory.v1"', '"topic":"mesh.order.v1"'],
    fault:
      'ScaledObject notifications: no trigger is of notifications.stock.mesh.inventory.v1 on mesh.inventory.v1',
  },
  {
    what: 'replicas of what an autoscaler scales',
    kind: 'Deployment',
    name: 'gateway',
    instead: ['"revisionHistoryLimit"', '"replicas":3,"revisionHistoryLimit"'],
    fault:
      "Deployment gateway: has replicas, and HorizontalPodAutoscaler gateway says how many; take it out of the overlay's",
  },
  {
    what: 'replicas of what KEDA scales',
    kind: 'Deployment',
    name: 'notifications',
    instead: ['"revisionHistoryLimit"', '"replicas":3,"revisionHistoryLimit"'],
    fault:
      "Deployment notifications: has replicas, and ScaledObject notifications says how many; take it out of the overlay's",
  },
];
