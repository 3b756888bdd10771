import type { Mechanism, SASLOptions } from 'kafkajs';
import { AuthenticationError } from '../../errors.js';
import { clientCredentials, type ClientCredentials } from './client-credentials.js';

/** How this client proves who it is. PLAIN and OAUTHBEARER send the secret itself: only over TLS. */
export type KafkaSasl = PasswordSasl | TokenSasl;

export interface PasswordSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  /** A function is asked at each new connection, so that a changed password needs no restart. */
  readonly password: string | (() => string);
}

export interface TokenSasl {
  readonly mechanism: 'oauthbearer';
  /**
   * Who gives the tokens: the client credentials grant of an authorization server, or a function that
   * is asked at each new connection and keeps a token while it is valid.
   */
  readonly token: ClientCredentials | (() => Promise<string>);
}

/** The mechanism as kafkajs takes it; clients that share it share its tokens. */
export function saslOptions(sasl: KafkaSasl): SASLOptions | Mechanism {
  if (sasl.mechanism === 'oauthbearer') {
    return bearer(typeof sasl.token === 'function' ? sasl.token : clientCredentials(sasl.token));
  }
  const { mechanism, username, password } = sasl;
  return {
    mechanism,
    username,
    get password() {
      return typeof password === 'string' ? password : password();
    },
  } as SASLOptions;
}

/**
 * OAUTHBEARER with the server's answer read: kafkajs's own takes a refusal, which comes as a challenge
 * (RFC 7628, section 3.2.2), for a success.
 */
function bearer(token: () => Promise<string>): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const message = `n,,\u0001auth=Bearer ${await token()}\u0001\u0001`;
        const challenge = await saslAuthenticate({
          request: { encode: () => sized(message) },
          response: { decode: (bytes) => bytes.subarray(4), parse: (bytes) => bytes.toString() },
        });
        if (challenge) {
          throw new AuthenticationError(
            `Kafka refuses the token (${challenge}): check its issuer, audience and scope`,
          );
        }
      },
    }),
  };
}

/** As Kafka writes BYTES: after their length. */
function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
