import { readFileSync } from 'node:fs';

/**
 * A connection over TLS 1.2 or newer. The server's certificate is always verified: signed by a
 * trusted authority, not expired, and made out for the host that is connected to. The files are read
 * at each new connection, so a renewed certificate is used without a restart.
 */
export interface TlsOptions {
  /** PEM file of the authorities to trust. @default those that Node trusts, with NODE_EXTRA_CA_CERTS */
  readonly caFile?: string | undefined;
  /** PEM file of the client's certificate and what leads to its authority. @default shows none */
  readonly certFile?: string | undefined;
  /** PEM file of the certificate's private key, not encrypted. Goes with `certFile`. @default none */
  readonly keyFile?: string | undefined;
  /** The name in the server's certificate where it is not the host connected to. @default the host */
  readonly serverName?: string | undefined;
}

/** The settings of one connection as `tls.connect` takes them. @throws the error of a file that can't be read */
export function tlsSettings({ caFile, certFile, keyFile, serverName }: TlsOptions) {
  return {
    minVersion: 'TLSv1.2' as const,
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile) }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}
