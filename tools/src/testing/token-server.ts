import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An authorization server for a test: one client, tokens as JWT, the keys that verify them. */
export interface TokenServer {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** How often a token was asked for. */
  readonly asked: number;
  stop(): void;
}

export interface TokenServerOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience: string;
}

/** Starts one on a free port of loopback. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { clientId, clientSecret, audience } = options;
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = {
    keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }],
  };
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  let asked = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/jwks') return void response.end(JSON.stringify(jwks));
    if (request.headers.authorization !== expected)
      return void response.writeHead(401).end('{"error":"invalid_client"}');
    asked += 1;
    void new SignJWT({ scope: 'kafka' })
      .setProtectedHeader({ alg: 'RS256', kid: 'test' })
      .setSubject(clientId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
      .then((token) => response.end(JSON.stringify({ access_token: token, expires_in: 300 })));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    tokenUrl: `${issuer}/token`,
    jwksUrl: `${issuer}/jwks`,
    get asked() {
      return asked;
    },
    stop: () => server.close(),
  };
}
