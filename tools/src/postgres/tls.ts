import { chmodSync, copyFileSync } from 'node:fs';
import { give, type Account } from './account.js';

/** PEM files. A client's certificate is verified when it shows one. */
export interface PostgresTls {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Copies the files to where the server may read them, and nobody else the key; gives its settings. */
export function tlsSettings(
  dataDir: string,
  { caFile, certFile, keyFile }: PostgresTls,
  account: Account,
): Record<string, string> {
  const copy = (file: string, name: string) => {
    const copied = `${dataDir}.${name}`;
    copyFileSync(file, copied);
    chmodSync(copied, 0o600);
    give(copied, account);
    return copied;
  };
  return {
    ssl: 'on',
    ssl_ca_file: copy(caFile, 'ca.pem'),
    ssl_cert_file: copy(certFile, 'cert.pem'),
    ssl_key_file: copy(keyFile, 'key.pem'),
  };
}
