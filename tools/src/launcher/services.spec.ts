import { describe, expect, it } from 'vitest';
import type { Infrastructure } from './infrastructure.js';
import { environments } from './environment.js';
import { endpointsOf, serviceNames } from './services.js';

const ports = {
  order: { grpc: 1, management: 2 },
  inventory: { grpc: 3, management: 4 },
  notifications: { management: 5 },
  gateway: { http: 6, management: 7 },
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

describe('given two replicas', () => {
  it('then both are called in turn, by everyone', () => {
    const second = { ...ports, order: { grpc: 8, management: 9 } };
    const parts = { infrastructure, secrets, dir: '.mesh', host: '127.0.0.1' };
    const env = environments({ ...parts, ports: second, peers: [ports, second] });
    expect(env.gateway['ORDER_GRPC_ADDRESS']).toBe('ipv4:127.0.0.1:1,127.0.0.1:8');
    expect(env.order['GRPC_PORT']).toBe('8');
  });
});

describe('given a HOST', () => {
  it('then the gateway alone listens there', () => {
    const env = environments({ infrastructure, secrets, ports, dir: '.mesh', host: '0.0.0.0' });
    expect(serviceNames.map((name) => env[name]['HOST'])).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.1',
      '0.0.0.0',
    ]);
  });

  it('then the gateway knows where each service is operated', () => {
    const env = environments({ infrastructure, secrets, ports, dir: '.mesh', host: '::1' });
    const at = 'http://127.0.0.1';
    expect(env.gateway['OPERATIONS_URLS']).toBe(
      `order=${at}:2,inventory=${at}:4,notifications=${at}:5,gateway=http://[::1]:7`,
    );
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:6'],
    ['0.0.0.0', 'http://127.0.0.1:6'],
    ['::', 'http://127.0.0.1:6'],
    ['192.0.2.7', 'http://192.0.2.7:6'],
    ['2001:db8::7', 'http://[2001:db8::7]:6'],
  ])('%s, then the gateway is reached at %s', (host, url) => {
    const { gateway, order } = endpointsOf(ports, host);
    expect(gateway['http']).toBe(url);
    expect(order['management']).toBe('http://127.0.0.1:2');
  });
});
