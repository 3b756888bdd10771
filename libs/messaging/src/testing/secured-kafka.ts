import { join } from 'node:path';
import { startKafka, type KafkaServer } from '@mesh/tools/servers/kafka';
import {
  createAuthority,
  type CertificateAuthority,
  type CertificateFiles,
} from '@mesh/tools/testing/certificates';
import { startTokenServer, type TokenServer } from '@mesh/tools/testing/token-server';

const CLASSES = 'org.apache.kafka.common.security';
export const USER = 'mesh';
export const PASSWORD = 'pa=ss%2C';

/** A broker that asks for certificates, passwords and tokens, and those who issue them. */
export interface SecuredKafka {
  readonly server: KafkaServer;
  readonly ca: CertificateAuthority;
  /** Nobody's. */
  readonly otherCa: CertificateAuthority;
  readonly client: CertificateFiles;
  readonly tokens: TokenServer;
  /** Its tokens are signed by another key. */
  readonly otherTokens: TokenServer;
  stop(): Promise<void>;
}

/**
 * Listeners: SASL (TLS, every mechanism), MUTUAL (TLS with client certificates) and EXPIRED (TLS with
 * a certificate that has ended); all are `localhost` to their certificates.
 */
export async function startSecuredKafka(folder: string): Promise<SecuredKafka> {
  const certificates = join(folder, 'certificates');
  const ca = await createAuthority(certificates, 'ca');
  const otherCa = await createAuthority(certificates, 'other');
  const hosts = ['localhost'];
  const current = await ca.issue({ name: 'kafka', hosts });
  const expired = await ca.issue({ name: 'expired-kafka', hosts, expired: true });
  const client = { clientId: 'mesh', clientSecret: 'hush' };
  const tokens = await startTokenServer({ ...client, audience: 'kafka' });
  const otherTokens = await startTokenServer({ ...client, audience: 'kafka' });
  const store = ({ bothFile }: CertificateFiles) => ({
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': bothFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ca.caFile,
  });
  const server = await startKafka({
    dataDir: join(folder, 'kafka'),
    systemProperties: { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': tokens.jwksUrl },
    scramUsers: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
      (mechanism) => `${mechanism}=[name=${USER},password="${PASSWORD}"]`,
    ),
    settings: {
      // The default of Kafka 4.1.1 is the one for clients, which checks no signature.
      'sasl.oauthbearer.jwt.validator.class': `${CLASSES}.oauthbearer.BrokerJwtValidator`,
      'sasl.oauthbearer.jwks.endpoint.url': tokens.jwksUrl,
      'sasl.oauthbearer.expected.audience': 'kafka',
      'sasl.oauthbearer.expected.issuer': tokens.issuer,
    },
    listeners: [
      {
        name: 'SASL',
        protocol: 'SASL_SSL',
        settings: { ...store(current), ...saslSettings },
      },
      {
        name: 'MUTUAL',
        protocol: 'SSL',
        settings: { ...store(current), 'ssl.client.auth': 'required' },
      },
      { name: 'EXPIRED', protocol: 'SSL', settings: store(expired) },
    ],
  });
  return {
    ...{ server, ca, otherCa, tokens, otherTokens },
    client: await ca.issue({ name: 'client' }),
    stop: async () => {
      await server.stop();
      for (const one of [tokens, otherTokens]) one.stop();
    },
  };
}

const scram = `${CLASSES}.scram.ScramLoginModule required;`;
const saslSettings = {
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
  'scram-sha-256.sasl.jaas.config': scram,
  'scram-sha-512.sasl.jaas.config': scram,
  'plain.sasl.jaas.config': `${CLASSES}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
  'oauthbearer.sasl.jaas.config': `${CLASSES}.oauthbearer.OAuthBearerLoginModule required;`,
  'oauthbearer.sasl.server.callback.handler.class': `${CLASSES}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
};
