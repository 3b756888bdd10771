import { brokerRules, grpcTlsRules } from './broker-rules.js';
import { isReadableFile } from './files.js';
import { postgresRules } from './postgres-rules.js';
import { retentionRules } from './retention-rules.js';
import { production, type Environment, type Rule } from './rule.js';

/** One thing that is wrong with the environment. */
export interface ConfigFault {
  readonly variable: string;
  readonly expected: string;
  readonly received: string;
}

const brokers = (env: Environment) => env['MESH_PROFILE'] === 'brokers';

// Rules that need more than one variable.
const rules: readonly Rule[] = [
  {
    variable: 'MESH_PROFILE',
    check: (env) =>
      production(env) && !brokers(env) ? '"brokers", because NODE_ENV is production' : undefined,
  },
  {
    variable: 'MESH_LOG_URL',
    check: (env) =>
      !brokers(env) && !env['MESH_LOG_URL']
        ? 'a postgres:// URL, in the embedded profile'
        : undefined,
  },
  {
    variable: 'KAFKA_BROKERS',
    check: (env) =>
      brokers(env) && !env['KAFKA_BROKERS'] ? 'host:port, in the brokers profile' : undefined,
  },
  {
    variable: 'AMQP_URL',
    check: (env) =>
      brokers(env) && !env['AMQP_URL'] ? 'an amqp:// URL, in the brokers profile' : undefined,
  },
  {
    variable: 'AUTH_DEV_KEY_FILE',
    check(env) {
      const { AUTH_DEV_KEY_FILE: devKey, AUTH_ISSUER: issuer } = env;
      if (production(env) && devKey) return 'nothing, because NODE_ENV is production';
      if (devKey && issuer) return 'nothing beside AUTH_ISSUER: one way to verify tokens';
      if (!devKey && !issuer && !production(env)) return 'a file, unless AUTH_ISSUER is set';
      if (devKey && !isReadableFile(devKey)) return 'a file that can be read';
      return undefined;
    },
  },
  {
    variable: 'MESH_TRACES_URL',
    check: (env) =>
      production(env) && env['MESH_TRACES_URL']
        ? 'nothing, because NODE_ENV is production'
        : undefined,
  },
  {
    variable: 'AUTH_ISSUER',
    check: (env) =>
      (production(env) || env['AUTH_JWKS_URL']) && !env['AUTH_ISSUER']
        ? 'the URL of the token issuer'
        : undefined,
  },
  {
    variable: 'AUTH_JWKS_URL',
    check: (env) =>
      (production(env) || env['AUTH_ISSUER']) && !env['AUTH_JWKS_URL']
        ? "the URL of the issuer's key set"
        : undefined,
  },
  ...brokerRules,
  ...grpcTlsRules,
  ...postgresRules,
  ...retentionRules,
];

/** Checks the rules of the variables that a schema has. */
export function checkRules(variables: readonly string[], env: Environment): ConfigFault[] {
  return rules.flatMap((rule) => {
    if (!variables.includes(rule.variable)) return [];
    const expected = rule.check(env);
    if (expected === undefined) return [];
    return [
      { variable: rule.variable, expected, received: show(rule.variable, env[rule.variable]) },
    ];
  });
}

/** A variable as a fault shows it: quoted, without credentials. */
export function show(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return isSecret(variable) ? '***' : JSON.stringify(maskUrl(value));
}

/** Called like a secret, and none: these are names of baggage. */
const known = new Set(['BAGGAGE_KEYS']);

/** By its name; a file that holds a secret may be known, and a URL is masked by itself. */
export function isSecret(variable: string): boolean {
  if (known.has(variable)) return false;
  return /SECRET|PASSWORD|TOKEN|CREDENTIAL|KEY/.test(variable) && !/_(FILE|URL)$/.test(variable);
}

/** The value without what is, or may be meant as, the password of a URL: `user:password@`, `?password=`. */
export function maskUrl(value: string): string {
  return value
    .replace(/^((?:\w[\w+.-]*:?\/\/)?[^:/?#@\s]*:)(?!\/\/)[^\s]*@/, '$1***@')
    .replace(/([?&][^=&]*(?:password|secret|token)[^=&]*=)[^&#\s]*/gi, '$1***');
}
