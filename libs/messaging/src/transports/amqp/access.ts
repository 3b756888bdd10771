import { credentials } from 'amqplib';
import { tlsFaultOf } from '../../access/tls-fault.js';
import { tlsSettings, type TlsOptions } from '../../access/tls.js';
import { AuthenticationError } from '../../errors.js';

/** How a connection to RabbitMQ is encrypted, and by what it says who we are. */
export interface AmqpAccessOptions {
  /** For an `amqps://` URL. @default trusts who Node trusts, shows no certificate */
  readonly tls?: TlsOptions | undefined;
  /**
   * Says who we are by the client certificate alone (SASL EXTERNAL) instead of the user and password
   * of the URL. @default false
   */
  readonly external?: boolean | undefined;
}

/** What a connection needs beside its URL. @throws the error of a file that can't be read */
export function accessSettings({ tls, external }: AmqpAccessOptions) {
  return {
    ...(tls !== undefined && tlsSettings(tls)),
    ...(external === true && { credentials: credentials.external() }),
  };
}

/** @throws AuthenticationError when the options would be ignored: TLS is never left out silently */
export function checkAccess(url: string, { tls, external }: AmqpAccessOptions): void {
  if (new URL(url).protocol === 'amqps:') return;
  if (tls !== undefined || external === true)
    throw new AuthenticationError('AMQP over TLS needs a URL that starts with amqps://');
}

/** What amqplib tells by text alone. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /ACCESS.REFUSED.* mechanism EXTERNAL/,
    'the broker knows no user by the name in the client certificate: make one, or use another certificate',
  ],
  [/ACCESS.REFUSED/, 'the broker refuses the credentials: check user and password'],
  [
    /SASL mechanism EXTERNAL is not provided/,
    'the broker does not offer EXTERNAL on this port: use the port with TLS, and enable its plugin for it',
  ],
  [
    // The broker's own words get lost in amqplib.
    /Expected ConnectionOpenOk; got <ConnectionClose/,
    'the broker does not open the virtual host: check that it exists and that the user may use it',
  ],
];

/** The refusal that an error of `connect` tells; null when the broker is away. */
export function authenticationErrorOf(host: string, error: unknown): AuthenticationError | null {
  const text = error instanceof Error ? error.message : String(error);
  const refused = refusals.find(([pattern]) => pattern.test(text))?.[1];
  const fault = refused ?? tlsFaultOf(error);
  if (fault === null) return null;
  return new AuthenticationError(`No access to AMQP at ${host}: ${fault}`, { cause: error });
}
