// Imported first: @peculiar/x509 needs its metadata at load.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** Files of a certificate, readable by every account, as servers in tests run under others. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Key and certificate in one file, as Java reads a PEM key store. */
  readonly bothFile: string;
}

export interface CertificateRequest {
  /** Common name; names the files too. */
  readonly name: string;
  /** Host names that a client may know it by. @default none */
  readonly hosts?: readonly string[];
  /** Ended a day ago. @default false */
  readonly expired?: boolean;
}

/** A certificate authority for one test. */
export interface CertificateAuthority {
  readonly caFile: string;
  /** Issues a certificate for server and client use. */
  issue(request: CertificateRequest): Promise<CertificateFiles>;
}

/** Makes an authority whose files are in `folder`. */
export async function createAuthority(folder: string, name: string): Promise<CertificateAuthority> {
  mkdirSync(folder, { recursive: true });
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(8).toString('hex'),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 10 * DAY_MS),
    notAfter: new Date(Date.now() + 10 * DAY_MS),
    signingAlgorithm: KEY,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const caFile = write(folder, `${name}.ca.pem`, ca.toString('pem'));
  return {
    caFile,
    issue: (request) => issue({ folder, ca, signingKey: keys.privateKey, request }),
  };
}

interface Issuing {
  readonly folder: string;
  readonly ca: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly request: CertificateRequest;
}

async function issue({ folder, ca, signingKey, request }: Issuing): Promise<CertificateFiles> {
  const { name, hosts = [], expired = false } = request;
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(8).toString('hex'),
    subject: `CN=${name}`,
    issuer: ca.subject,
    notBefore: new Date(Date.now() - 5 * DAY_MS),
    notAfter: new Date(Date.now() + (expired ? -DAY_MS : DAY_MS)),
    signingAlgorithm: KEY,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']),
      ...(hosts.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              hosts.map((value) => ({ type: 'dns', value })),
            ),
          ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca),
    ],
  });
  const cert = certificate.toString('pem');
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return {
    certFile: write(folder, `${name}.cert.pem`, cert),
    keyFile: write(folder, `${name}.key.pem`, key),
    bothFile: write(folder, `${name}.pem`, `${key}\n${cert}`),
  };
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `${text}\n`);
  return file;
}
