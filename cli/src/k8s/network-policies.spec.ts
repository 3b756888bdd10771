import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { participants } from '@mesh/contracts/participants';
import { allServices } from '@mesh/tools/services';
import { inventedServices } from '@mesh/tools/services/invented';
import { arrowsOf, type Arrow } from './arrows.js';
import { closed, policiesOf } from './network-policies.js';
import { isHere, placeIn, placesOf } from './places.js';
import { factsOf } from './services/facts.js';

// Services are no libs: they are found by their files.
const configs = (
  import.meta as unknown as {
    glob(pattern: string, options: object): Readonly<Record<string, { configSchema: z.ZodObject }>>;
  }
).glob('../../../apps/*/src/config.ts', { eager: true });

/** The variables of each service that hold addresses of others. */
const addresses = Object.entries(configs).flatMap(([path, { configSchema }]) => {
  const service = /apps\/([^/]+)\//.exec(path)![1]!;
  return Object.keys(configSchema.shape)
    .filter((name) => /_(URLS?|GRPC_ADDRESS|BROKERS|ENDPOINTS_FILE)$/.test(name))
    .map((name) => `${service} ${name}`);
});

const services = factsOf(allServices(), participants);

/** Addresses that nothing in k8s/ is reached by. */
const unused = new Set([
  // Of the embedded profile, and of the launcher.
  'MESH_LOG_URL',
  'MESH_TRACES_URL',
  // Kafka is used with passwords; whoever takes tokens opens the way to their issuer.
  'KAFKA_OAUTH_TOKEN_URL',
  // Each replica of the edge counts for itself.
  'RATE_LIMIT_URL',
  // An edge alone has nobody to operate.
  ...(services.length > 1 ? [] : ['OPERATIONS_URLS']),
]);
const arrows = arrowsOf(services);
const places = placesOf(services);
/** Every service has the variables of both brokers; the streams that it takes part in say which it uses. */
const brokers = new Set(
  services.flatMap(({ name, log, work }) => [
    ...(log ? [] : [`${name} KAFKA_BROKERS`]),
    ...(work ? [] : [`${name} AMQP_URL`]),
  ]),
);

describe('the arrows of the architecture', () => {
  it('given the addresses in the configs of the services, then each has its arrow, and no arrow lacks one', () => {
    const used = addresses.filter((one) => !unused.has(one.split(' ')[1]!) && !brokers.has(one));
    const drawn = arrows.flatMap(({ from, variable }) => (variable ? [`${from} ${variable}`] : []));
    expect([...new Set(drawn)].sort()).toEqual(used.sort());
  });

  it('given the policies, then each arrow is open at both ends, and nothing else is', () => {
    const open = policiesOf(arrows, places).map(({ metadata }) => metadata.name);
    const wanted = arrows.flatMap(({ from, to }) => [
      ...(isHere(placeIn(places, from)) ? [`${from}.${to}.out`] : []),
      ...(isHere(placeIn(places, to)) ? [`${from}.${to}.in`] : []),
    ]);
    expect(open.sort()).toEqual([...new Set(wanted)].sort());
  });

  it('given two arrows between the same places, then one policy has the ports of both', () => {
    const two: Arrow[] = [
      { from: 'door', to: 'clerk', ports: [50051], what: 'gRPC' },
      { from: 'door', to: 'clerk', ports: [9090], what: 'operations' },
    ];
    const [out, into] = policiesOf(two, placesOf(inventedServices));
    const ports = [50051, 9090].map((port) => ({ protocol: 'TCP', port }));
    const pods = (name: string) => ({ matchLabels: { 'app.kubernetes.io/name': name } });
    expect(out?.spec).toEqual({
      podSelector: pods('door'),
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: pods('clerk') }], ports }],
    });
    expect(into?.spec).toEqual({
      podSelector: pods('clerk'),
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: pods('door') }], ports }],
    });
  });

  it('given nothing but the ground, then all is closed but names', () => {
    expect(closed.map(({ metadata }) => metadata.name)).toEqual(['deny-all', 'dns']);
    expect(closed[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });
});
