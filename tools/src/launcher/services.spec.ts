import { describe, expect, it } from 'vitest';
import { inventedServices as services } from '../services/testing/invented.js';
import { environments } from './environment.js';
import type { Infrastructure } from './infrastructure.js';
import { edgeUrl, endpointsOf } from './services.js';

const ports = {
  clerk: { grpc: 1, management: 2 },
  counter: { grpc: 3, management: 4 },
  hooks: { http: 5, management: 6 },
  door: { http: 7, management: 8 },
};
const infrastructure: Infrastructure = {
  profile: 'embedded',
  kafkaBrokers: undefined,
  amqpUrl: undefined,
  tracesUrl: undefined,
  databaseUrl: (name) => `postgres://127.0.0.1/${name}`,
  stop: async () => {},
};

const secrets = { devKeyFile: 'key', cursorSecretFile: 'secret' };
const parts = { services, infrastructure, secrets, ports, dir: '.mesh', host: '127.0.0.1' };

describe('the variables of a service', () => {
  it('given what it has, then it gets what that needs, and no more', () => {
    const { clerk, hooks } = environments(parts);
    expect(clerk).toEqual({
      ...{ NODE_ENV: 'development', HOST: '127.0.0.1', MESH_PROFILE: 'embedded' },
      ...{ MESH_LOG_URL: 'postgres://127.0.0.1/mesh_log', AUTH_DEV_KEY_FILE: 'key' },
      ...{ GRPC_PORT: '1', MANAGEMENT_PORT: '2', COUNTER_GRPC_ADDRESS: '127.0.0.1:3' },
      ...{ DATABASE_URL: 'postgres://127.0.0.1/mesh_clerk', LETTERS: '.mesh/letters' },
    });
    expect(new Set(Object.keys(hooks ?? {}))).toEqual(
      new Set([
        ...['AUTH_DEV_KEY_FILE', 'HOST', 'MANAGEMENT_PORT', 'MESH_LOG_URL', 'MESH_PROFILE'],
        ...['NODE_ENV', 'PORT'],
      ]),
    );
  });

  it('given two replicas, then both are called in turn, by everyone', () => {
    const second = { ...ports, clerk: { grpc: 9, management: 10 } };
    const { clerk, door } = environments({ ...parts, ports: second, peers: [ports, second] });
    expect(door?.['CLERK_GRPC_ADDRESS']).toBe('ipv4:127.0.0.1:1,127.0.0.1:9');
    expect(clerk?.['GRPC_PORT']).toBe('9');
  });
});

describe('given a HOST', () => {
  it('then the edge alone listens there', () => {
    const env = environments({ ...parts, host: '0.0.0.0' });
    const hosts = Object.entries(env).map(([name, { HOST }]) => `${name} ${HOST}`);
    expect(hosts).toEqual([
      ...['clerk 127.0.0.1', 'counter 127.0.0.1', 'hooks 127.0.0.1', 'door 0.0.0.0'],
    ]);
  });

  it('then the edge knows where each service is operated', () => {
    const { door } = environments({ ...parts, host: '::1' });
    const at = 'http://127.0.0.1';
    expect(door?.['OPERATIONS_URLS']).toBe(
      `clerk=${at}:2,counter=${at}:4,hooks=${at}:6,door=http://[::1]:8`,
    );
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:7'],
    ['0.0.0.0', 'http://127.0.0.1:7'],
    ['::', 'http://127.0.0.1:7'],
    ['192.0.2.7', 'http://192.0.2.7:7'],
    ['2001:db8::7', 'http://[2001:db8::7]:7'],
  ])('%s, then the edge is reached at %s', (host, url) => {
    const endpoints = endpointsOf(services, ports, host);
    expect(edgeUrl(services, endpoints)).toBe(url);
    expect(endpoints['clerk']).toEqual({ grpc: '127.0.0.1:1', management: 'http://127.0.0.1:2' });
  });
});
