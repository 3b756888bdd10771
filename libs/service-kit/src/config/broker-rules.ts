import { createSecureContext } from 'node:tls';
import { readFileSync } from 'node:fs';
import { production, type Environment, type Rule } from './rule.js';

const kafkaTls = (env: Environment) => env['KAFKA_TLS'] === 'on';
const amqpTls = (env: Environment) => env['AMQP_URL']?.startsWith('amqps:') === true;
const mechanism = (env: Environment) => env['KAFKA_SASL_MECHANISM'];
const byPassword = (env: Environment) => {
  const chosen = mechanism(env);
  return chosen !== undefined && chosen !== 'oauthbearer';
};
const byToken = (env: Environment) => mechanism(env) === 'oauthbearer';

/** What the variables of a broker's certificates are when they contradict each other, or its TLS. */
function certificateRules(prefix: string, on: (env: Environment) => boolean, how: string): Rule[] {
  const [ca, cert, key, name] = ['CA_FILE', 'CERT_FILE', 'KEY_FILE', 'SERVER_NAME'].map(
    (suffix) => `${prefix}_${suffix}`,
  ) as [string, string, string, string];
  const needless = (variable: string) => (env: Environment) =>
    env[variable] && !on(env) ? `nothing, unless ${how}` : undefined;
  const pair = (variable: string, other: string) => (env: Environment) =>
    !env[variable] && env[other] ? `a file, beside ${other}` : undefined;
  return [
    {
      variable: ca,
      check: (env) =>
        needless(ca)(env) ??
        (usable({ ca: env[ca] }) ? undefined : 'a file of certificates in PEM'),
    },
    {
      variable: cert,
      check: (env) =>
        needless(cert)(env) ??
        pair(cert, key)(env) ??
        (usable({ cert: env[cert], key: env[key] })
          ? undefined
          : `a certificate in PEM whose key, not encrypted, is in ${key}`),
    },
    { variable: key, check: (env) => needless(key)(env) ?? pair(key, cert)(env) },
    { variable: name, check: needless(name) },
  ];
}

/** Whether OpenSSL takes the files; those that can't be read are told of by their own variable. */
function usable(files: Readonly<Record<string, string | undefined>>): boolean {
  const contents: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    try {
      if (file) contents[name] = readFileSync(file, 'utf8');
    } catch {
      return true;
    }
  }
  // OpenSSL takes a file of authorities that has none, and then trusts nobody.
  if (contents['ca'] !== undefined && !contents['ca'].includes('BEGIN CERTIFICATE')) return false;
  try {
    createSecureContext(contents);
    return true;
  } catch {
    return false;
  }
}

/** A secret is given itself or as a file; never both, and neither when it has no use. */
function secretRules(
  variable: string,
  needed: (env: Environment) => boolean,
  what: string,
  unless: string,
): Rule[] {
  const file = `${variable}_FILE`;
  return [
    {
      variable,
      check(env) {
        if (!needed(env)) return env[variable] ? `nothing, unless ${unless}` : undefined;
        if (env[variable] && env[file]) return `nothing beside ${file}`;
        return env[variable] || env[file] ? undefined : `${what}, or ${file}`;
      },
    },
    {
      variable: file,
      check: (env) => (env[file] && !needed(env) ? `nothing, unless ${unless}` : undefined),
    },
  ];
}

function neededRule(
  variable: string,
  needed: (env: Environment) => boolean,
  what: string,
  unless: string,
): Rule {
  return {
    variable,
    check(env) {
      if (needed(env)) return env[variable] ? undefined : what;
      return env[variable] ? `nothing, unless ${unless}` : undefined;
    },
  };
}

const grpcTls = (env: Environment) => env['GRPC_TLS'] === 'on';
const grpcFiles = { CA_FILE: 'the authorities', CERT_FILE: 'the certificate', KEY_FILE: 'its key' };

/** gRPC is verified from both sides, or it is plain text. */
export const grpcTlsRules: readonly Rule[] = [
  ...Object.entries(grpcFiles).map(([suffix, what]) =>
    neededRule(`GRPC_TLS_${suffix}`, grpcTls, `a file with ${what}`, 'GRPC_TLS is on'),
  ),
  ...certificateRules('GRPC_TLS', grpcTls, 'GRPC_TLS is on'),
];

const password = 'KAFKA_SASL_MECHANISM is plain or scram-sha-256 or scram-sha-512';
const token = 'KAFKA_SASL_MECHANISM is oauthbearer';

/** How the brokers are reached: nothing that was asked for is left out silently. */
export const brokerRules: readonly Rule[] = [
  {
    variable: 'KAFKA_TLS',
    check: (env) =>
      production(env) && !kafkaTls(env) && /^(plain|oauthbearer)$/.test(mechanism(env) ?? '')
        ? `"on", because ${mechanism(env)} sends the secret itself and NODE_ENV is production`
        : undefined,
  },
  ...certificateRules('KAFKA_TLS', kafkaTls, 'KAFKA_TLS is on'),
  neededRule('KAFKA_SASL_USERNAME', byPassword, 'the name of the user', password),
  ...secretRules('KAFKA_SASL_PASSWORD', byPassword, 'the password of the user', password),
  neededRule('KAFKA_OAUTH_TOKEN_URL', byToken, 'the URL of the token endpoint', token),
  neededRule('KAFKA_OAUTH_CLIENT_ID', byToken, 'the id of the client', token),
  ...secretRules('KAFKA_OAUTH_CLIENT_SECRET', byToken, 'the secret of the client', token),
  neededRule('KAFKA_OAUTH_SCOPE', (env) => byToken(env) && !!env['KAFKA_OAUTH_SCOPE'], '', token),
  ...certificateRules('AMQP_TLS', amqpTls, 'AMQP_URL starts with amqps://'),
  {
    variable: 'AMQP_SASL_MECHANISM',
    check(env) {
      if (env['AMQP_SASL_MECHANISM'] !== 'external') return undefined;
      if (!amqpTls(env)) return '"plain", unless AMQP_URL starts with amqps://';
      if (!env['AMQP_TLS_CERT_FILE']) return '"plain", unless AMQP_TLS_CERT_FILE is set';
      return /\/\/[^/]*@/.test(env['AMQP_URL'] ?? '')
        ? '"plain", because AMQP_URL has a user'
        : undefined;
    },
  },
];
