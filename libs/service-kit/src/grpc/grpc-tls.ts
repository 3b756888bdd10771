import {
  credentials,
  experimental,
  ServerCredentials,
  type ChannelCredentials,
} from '@grpc/grpc-js';

/** Files in PEM, of mutual TLS between services. Read again while in use: renew them in place. */
export interface GrpcTls {
  /** The authorities that may have signed the other side's certificate. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** @default 60000; new connections use what was found then */
  readonly refreshMs?: number;
}

/** The variables of `grpcTlsConfig`. */
export interface GrpcTlsConfig {
  readonly GRPC_TLS?: 'off' | 'on' | undefined;
  readonly GRPC_TLS_CA_FILE?: string | undefined;
  readonly GRPC_TLS_CERT_FILE?: string | undefined;
  readonly GRPC_TLS_KEY_FILE?: string | undefined;
}

/** TLS as a config that was loaded with its rules says; undefined when it is off. */
export function grpcTls(config: GrpcTlsConfig): GrpcTls | undefined {
  if (config.GRPC_TLS !== 'on') return undefined;
  return {
    caFile: config.GRPC_TLS_CA_FILE ?? '',
    certFile: config.GRPC_TLS_CERT_FILE ?? '',
    keyFile: config.GRPC_TLS_KEY_FILE ?? '',
  };
}

/** A client's: it verifies the server's certificate by the address's host name, and shows its own. */
export function channelCredentials(tls: GrpcTls | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const files = watched(tls);
  return experimental.createCertificateProviderChannelCredentials(files, files);
}

/** A server's: who has no certificate of the authorities is not spoken to. */
export function serverCredentials(tls: GrpcTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const files = watched(tls);
  // One provider for both: grpc-js 1.14 takes them in another order than its types say.
  return experimental.createCertificateProviderServerCredentials(files, files, true);
}

function watched({ caFile, certFile, keyFile, refreshMs = 60_000 }: GrpcTls) {
  return new experimental.FileWatcherCertificateProvider({
    ...{ caCertificateFile: caFile, certificateFile: certFile, privateKeyFile: keyFile },
    refreshIntervalMs: refreshMs,
  });
}
