import { readFileSync } from 'node:fs';
import type { TlsOptions } from '@mesh/messaging';
import type { AmqpAccessOptions } from '@mesh/messaging/amqp';
import type { KafkaAccessOptions } from '@mesh/messaging/kafka';
import { z } from 'zod';
import { amqpAccessConfig, kafkaAccessConfig } from '../config/fragments.js';
import { loadConfig } from '../config/load-config.js';

export { ConfigError } from '../config/load-config.js';

type Config<Shape extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Shape>>>;

/** The variables that tell how Kafka is reached; see `kafkaAccessConfig`. */
export type KafkaAccessConfig = Config<typeof kafkaAccessConfig>;
/** The same for RabbitMQ; see `amqpAccessConfig`. */
export type AmqpAccessConfig = Config<typeof amqpAccessConfig>;

/**
 * How the environment says that brokers are reached, for tools that are no service.
 * @throws ConfigError naming every variable that is wrong
 */
export function brokerAccess(env: Readonly<Record<string, string | undefined>>): {
  readonly kafka: KafkaAccessOptions;
  readonly amqp: AmqpAccessOptions;
} {
  const schema = z.object({ ...kafkaAccessConfig, ...amqpAccessConfig });
  const config = loadConfig(schema, env, 'the access to brokers');
  return { kafka: kafkaAccess(config), amqp: amqpAccess(config) };
}

/** TLS and SASL for `kafkaTransport`, of a config that was loaded with its rules. */
export function kafkaAccess(config: Partial<KafkaAccessConfig>): KafkaAccessOptions {
  const { KAFKA_TLS, KAFKA_SASL_MECHANISM: mechanism } = config;
  return {
    ...(KAFKA_TLS === 'on' && {
      tls: {
        caFile: config.KAFKA_TLS_CA_FILE,
        certFile: config.KAFKA_TLS_CERT_FILE,
        keyFile: config.KAFKA_TLS_KEY_FILE,
        serverName: config.KAFKA_TLS_SERVER_NAME,
      },
    }),
    ...(mechanism !== undefined && { sasl: sasl(mechanism, config) }),
  };
}

function sasl(
  mechanism: NonNullable<KafkaAccessConfig['KAFKA_SASL_MECHANISM']>,
  config: Partial<KafkaAccessConfig>,
): NonNullable<KafkaAccessOptions['sasl']> {
  if (mechanism !== 'oauthbearer') {
    const { KAFKA_SASL_PASSWORD, KAFKA_SASL_PASSWORD_FILE } = config;
    return {
      mechanism,
      username: config.KAFKA_SASL_USERNAME ?? '',
      password: () => secret(KAFKA_SASL_PASSWORD, KAFKA_SASL_PASSWORD_FILE),
    };
  }
  const { KAFKA_OAUTH_CLIENT_SECRET, KAFKA_OAUTH_CLIENT_SECRET_FILE } = config;
  return {
    mechanism,
    token: {
      tokenUrl: config.KAFKA_OAUTH_TOKEN_URL ?? '',
      clientId: config.KAFKA_OAUTH_CLIENT_ID ?? '',
      clientSecret: () => secret(KAFKA_OAUTH_CLIENT_SECRET, KAFKA_OAUTH_CLIENT_SECRET_FILE),
      scope: config.KAFKA_OAUTH_SCOPE,
    },
  };
}

/** TLS and EXTERNAL for `amqpTransport`, of a config that was loaded with its rules. */
export function amqpAccess(config: Partial<AmqpAccessConfig>): AmqpAccessOptions {
  const tls: TlsOptions = {
    caFile: config.AMQP_TLS_CA_FILE,
    certFile: config.AMQP_TLS_CERT_FILE,
    keyFile: config.AMQP_TLS_KEY_FILE,
    serverName: config.AMQP_TLS_SERVER_NAME,
  };
  return {
    ...(Object.values(tls).some((value) => value !== undefined) && { tls }),
    ...(config.AMQP_SASL_MECHANISM === 'external' && { external: true }),
  };
}

function secret(value: string | undefined, file: string | undefined): string {
  if (file === undefined) return value ?? '';
  // Editors and `echo` end a file with a line break.
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}
