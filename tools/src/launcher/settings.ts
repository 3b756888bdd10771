import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { root } from '../root.js';
import { LaunchError } from './launch-error.js';

export type Profile = 'embedded' | 'brokers';

/** What a person may set. */
export interface Settings {
  readonly profile: Profile;
  /** Data, keys, mailbox, logs. */
  readonly dir: string;
  /** Wanted for the gateway; 0 takes any. */
  readonly port: number;
  /** The IP address on which the gateway listens. */
  readonly host: string;
  /** A server of the person's own; embedded PostgreSQL is started when there is none. */
  readonly databaseUrl: string | undefined;
  readonly kafkaBrokers: string | undefined;
  readonly amqpUrl: string | undefined;
  /** Whether the launcher takes the spans of the services; not where OTEL_ variables say something else. */
  readonly keepsTraces: boolean;
  /** Collectors that OTEL_ variables name, to be shown: without what may be secret in them. */
  readonly telemetryUrls: readonly string[];
  /** How many processes each service has. */
  readonly replicas: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** More would be one too many for any machine of a person. */
const maxReplicas = 8;

/**
 * `replicas` as it was given to the command; undefined when it was not.
 * @throws LaunchError SETTING_INVALID naming every setting that is wrong
 */
export function readSettings(env: Environment, replicas = '1'): Settings {
  const profile = env['MESH_PROFILE'] || 'embedded';
  const port = env['PORT'] || '3000';
  const settings = {
    profile: profile as Profile,
    dir: resolve(root, env['MESH_DIR'] || '.mesh'),
    port: Number(port),
    // Some shells export the machine's name as HOST; that asks for nothing.
    host: addressOr(env['HOST'], '127.0.0.1'),
    databaseUrl: env['DATABASE_URL'] || undefined,
    kafkaBrokers: env['KAFKA_BROKERS'] || undefined,
    amqpUrl: env['AMQP_URL'] || undefined,
    keepsTraces: keepsTraces(env),
    telemetryUrls: telemetryUrls(env),
    replicas: Number(replicas),
  };
  const faults = [
    !['embedded', 'brokers'].includes(profile) &&
      `MESH_PROFILE: expected embedded or brokers; received "${profile}"`,
    !(Number.isInteger(settings.port) && settings.port >= 0 && settings.port <= 65_535) &&
      `PORT: expected a number from 0 to 65535; received "${port}"`,
    !(/^\d+$/.test(replicas) && settings.replicas >= 1 && settings.replicas <= maxReplicas) &&
      `--replicas: expected a number from 1 to ${maxReplicas}; received "${replicas}"`,
    settings.databaseUrl &&
      !isPostgresUrl(settings.databaseUrl) &&
      'DATABASE_URL: expected a postgres:// URL',
    ...(profile === 'brokers' ? missingBrokers(settings) : []),
  ].filter((fault) => typeof fault === 'string');
  if (faults.length > 0) {
    throw new LaunchError(
      'SETTING_INVALID',
      `The mesh can't start like this:\n  ${faults.join('\n  ')}`,
    );
  }
  return settings;
}

function keepsTraces(env: Environment): boolean {
  const elsewhere = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  return !elsewhere && !sendsNothing(env) && env['OTEL_TRACES_EXPORTER'] !== 'none';
}

function telemetryUrls(env: Environment): readonly string[] {
  if (sendsNothing(env)) return [];
  const named = ['', 'TRACES_', 'METRICS_', 'LOGS_'].flatMap(
    (signal) => env[`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`] || [],
  );
  return [...new Set(named.map(withoutSecrets))];
}

function sendsNothing(env: Environment): boolean {
  return env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function missingBrokers({ kafkaBrokers, amqpUrl }: Omit<Settings, 'profile'>): string[] {
  const hint = '; `npm run servers` starts one and prints it';
  return [
    ...(kafkaBrokers
      ? []
      : [`KAFKA_BROKERS: expected host:port in the brokers profile; received nothing${hint}`]),
    ...(amqpUrl
      ? []
      : [`AMQP_URL: expected an amqp:// URL in the brokers profile; received nothing${hint}`]),
  ];
}

function addressOr(value: string | undefined, otherwise: string): string {
  return value !== undefined && isIP(value) !== 0 ? value : otherwise;
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol);
}
