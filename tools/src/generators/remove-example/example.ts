/** The services of the example. */
export const exampleServices = ['order', 'inventory', 'notifications'] as const;

/** Its events, topics and messages belong to the services; these are folders of theirs alone. */
const ofEach = exampleServices.flatMap((service) => [
  `apps/${service}`,
  `proto/mesh/${service}`,
  `k8s/base/${service}`,
  ...['catalog', 'errors', 'participants', 'topology'].map(
    (part) => `libs/contracts/src/${part}/${service}.ts`,
  ),
  ...['gen', 'gen-es'].map((part) => `libs/contracts/src/${part}/mesh/${service}`),
  `observability/dashboards/mesh-${service}.json`,
]);

/** Files and folders that are of the example alone; `*` is any part of a name. */
export const examplePaths: readonly string[] = [
  ...ofEach,
  // What judges and measures it.
  'chaos',
  'bench',
  'tools/src/checks/chaos-check.ts',
  'tools/src/check-rolling.ts',
  'tools/src/test-fuzz.ts',
  'tools/src/test-fuzz.help.txt',
  'tools/src/check-rolling.help.txt',
  'tools/src/fuzz',
  'tools/src/demo.ts',
  'tools/src/demo.help.txt',
  'tools/src/demo',
  'tools/src/testing/customer.ts',
  // At the gateway.
  'apps/gateway/src/domain/{order,order-update,money,stock-item}*.ts',
  'apps/gateway/src/use-cases/{orders,stock}*.ts',
  'apps/gateway/src/inbound/{order,stock,money.api}*.ts',
  'apps/gateway/src/outbound/{order,inventory,money-mapping,present}*.ts',
  'apps/gateway/src/{orders,stock}.module.ts',
  'apps/gateway/test/fuzz',
  // On the page.
  'apps/web/src/shop',
  // Where it runs.
  'k8s/components/autoscaling/notifications.yaml',
  'k8s/checks/src/mistakes.ts',
  'k8s/checks/src/component-mistakes.ts',
  'observability/rules/example.yaml',
  'observability/tests/example-*.yaml',
  'docs/runbooks/MeshNoOrders.md',
  // What tells of it.
  'docs/benchmarks.md',
  'docs/how-to/{chaos,page,webhooks,grpc-from-a-browser}.md',
];

/** Of apps/e2e: all the rest tells the example's story. */
export const keptEndToEnd: readonly string[] = ['browser.ts'];

/** Tests of the gateway that stay: they need none of the example's services. */
export const keptGatewayTests: readonly string[] = [
  'bare-gateway.ts',
  'bare.spec.ts',
  'dev-key.ts',
];
