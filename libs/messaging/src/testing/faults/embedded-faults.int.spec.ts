// Begins early: takes 30 s.
import { afterAll, beforeAll, describe } from 'vitest';
import { embeddedTransport } from '../../transports/embedded/index.js';
import { startEmbeddedServer } from '../servers/embedded-server.js';
import type { FaultServer } from '../servers/fault-server.js';
import { transportFaultSuite } from '../transport-suite.js';

describe('on a server of its own', () => {
  let server: FaultServer;
  beforeAll(async () => void (server = await startEmbeddedServer()), 120_000);
  afterAll(() => server.end());

  transportFaultSuite({
    name: 'embedded',
    features: embeddedTransport({ url: 'postgres://' }).features,
    ownServer: async () => server,
  });
});
