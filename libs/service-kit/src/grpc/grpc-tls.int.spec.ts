import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { ProbeServiceService } from '@mesh/contracts/probe';
import { createAuthority, type CertificateAuthority } from '@mesh/tools/testing/certificates';
import { eventually } from '@mesh/tools/testing/eventually';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { grpcClient } from './grpc-client.js';
import { channelCredentials, serverCredentials, type GrpcTls } from './grpc-tls.js';

const folder = temporaryFolder();
const ends: (() => void)[] = [];
let ours: CertificateAuthority;
let theirs: CertificateAuthority;
beforeAll(async () => {
  ours = await createAuthority(join(folder.path, 'ours'), 'ours');
  theirs = await createAuthority(join(folder.path, 'theirs'), 'theirs');
});
afterEach(() => ends.splice(0).forEach((end) => end()));
afterAll(() => folder.remove());

async function certificate(
  authority: CertificateAuthority,
  request: { name: string; hosts?: string[]; expired?: boolean },
  caFile = ours.caFile,
): Promise<GrpcTls> {
  const { certFile, keyFile } = await authority.issue({ hosts: ['localhost'], ...request });
  return { caFile, certFile, keyFile, refreshMs: 100 };
}

async function serve(security: ServerCredentials): Promise<string> {
  const server = new Server();
  server.addService(ProbeServiceService, {
    getGauge: (_call: unknown, answer: (error: null, response: object) => void) =>
      answer(null, { item: undefined }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', security, (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  ends.push(() => server.forceShutdown());
  return `localhost:${port}`;
}

function ask(address: string, tls?: GrpcTls): Promise<unknown> {
  const client = grpcClient(ProbeServiceService, {
    ...{ address, deadlineMs: 3_000 },
    ...(tls && { tls }),
  });
  ends.push(() => client.close());
  return client.getGauge({ gauge: 'MUG' });
}

describe('gRPC between services over TLS', () => {
  test('given certificates of one authority, then calls are answered', async () => {
    const address = await serve(serverCredentials(await certificate(ours, { name: 'job' })));
    const gateway = await certificate(ours, { name: 'gateway' });
    await expect(ask(address, gateway)).resolves.toEqual({ item: undefined });
  });

  test.each([
    ['without TLS', async () => undefined],
    ['with a certificate of another authority', () => certificate(theirs, { name: 'stranger' })],
    ['with one that has expired', () => certificate(ours, { name: 'late', expired: true })],
    ['that trusts another authority', () => certificate(ours, { name: 'gateway' }, theirs.caFile)],
  ])('given a caller %s, then it is not spoken to', async (_what, caller) => {
    const address = await serve(serverCredentials(await certificate(ours, { name: 'job' })));
    await expect(ask(address, await caller())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('given a server whose certificate is for another host, then its caller goes no further', async () => {
    const elsewhere = { name: 'elsewhere', hosts: ['elsewhere.example'] };
    const address = await serve(serverCredentials(await certificate(ours, elsewhere)));
    const gateway = await certificate(ours, { name: 'gateway' });
    await expect(ask(address, gateway)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('given files that are renewed in place, then new connections use them', async () => {
    const expired = await certificate(ours, { name: 'old', expired: true });
    const address = await serve(serverCredentials(expired));
    const gateway = await certificate(ours, { name: 'gateway' });
    await expect(ask(address, gateway)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const renewed = await certificate(ours, { name: 'new' });
    copyFileSync(renewed.keyFile, expired.keyFile);
    copyFileSync(renewed.certFile, expired.certFile);
    await eventually('the new certificate', () =>
      ask(address, gateway).then(
        () => true,
        () => false,
      ),
    );
  });

  test('given no files, then there is no TLS', async () => {
    const address = await serve(serverCredentials(undefined));
    expect(channelCredentials(undefined)._isSecure()).toBe(false);
    await expect(ask(address)).resolves.toEqual({ item: undefined });
  });
});
