import { AuthenticationError, TransportError } from '../../errors.js';

/**
 * Where a token is had by OAuth 2.0 client credentials.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export interface ClientCredentials {
  /** The token endpoint of the authorization server. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** A function is asked at each request. */
  readonly clientSecret: string | (() => string);
  /** @default asks for none */
  readonly scope?: string | undefined;
}

const TIMEOUT_MS = 5000;
/** A token that ends sooner is not used for a new connection. */
const SPARE_MS = 30_000;
const DEFAULT_LIFETIME_MS = 60_000;

interface Token {
  readonly value: string;
  /** In milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Gives tokens by the client credentials grant (RFC 6749, section 4.4): asked for when needed, once
 * for all who wait, and kept until 30 s before they end, or for half of a shorter life.
 * @throws AuthenticationError when the server refuses the client, TransportError when it can't be asked
 */
export function clientCredentials(options: ClientCredentials): () => Promise<string> {
  let current: Promise<Token> | null = null;
  let renewAt = Infinity;
  const fetchToken = async () => {
    const token = await request(options);
    renewAt = token.renewAt;
    return token;
  };
  return async () => {
    if (current === null || Date.now() >= renewAt) {
      renewAt = Infinity;
      const asked = fetchToken();
      current = asked;
      asked.catch(() => {
        if (current === asked) current = null;
      });
    }
    return (await current).value;
  };
}

async function request(options: ClientCredentials): Promise<Token> {
  const { tokenUrl, clientId, clientSecret, scope } = options;
  const secret = typeof clientSecret === 'string' ? clientSecret : clientSecret();
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
  let response: Response;
  try {
    response = await fetch(tokenUrl, {
      method: 'POST',
      // Another host must not be given the secret.
      redirect: 'error',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new TransportError(`The token endpoint ${tokenUrl} can't be reached`, { cause });
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(tokenUrl, response.status, body);
  return parse(tokenUrl, body);
}

function refusal(tokenUrl: string, status: number, body: unknown): Error {
  const { error } = (body ?? {}) as { error?: unknown };
  const reason = `${status}${typeof error === 'string' ? ` ${error}` : ''}`;
  if (status >= 500 || status === 429)
    return new TransportError(`The token endpoint ${tokenUrl} fails (${reason})`);
  return new AuthenticationError(
    `The token endpoint ${tokenUrl} refuses the client (${reason}): check its id, secret and scope`,
  );
}

function parse(tokenUrl: string, body: unknown): Token {
  const { access_token: value, expires_in: seconds } = (body ?? {}) as Record<string, unknown>;
  if (typeof value !== 'string' || value === '')
    throw new AuthenticationError(`The token endpoint ${tokenUrl} answers without a token`);
  const lifetimeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : DEFAULT_LIFETIME_MS;
  const spareMs = Math.min(SPARE_MS, lifetimeMs / 2);
  return { value, renewAt: Date.now() + lifetimeMs - spareMs };
}
