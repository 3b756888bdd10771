const expired = 'the certificate of the server has expired: it has to be renewed there';
const untrusted =
  'the certificate of the server is not signed by a trusted authority: give the file of the one that signed it as the CA file';
const ours =
  'the server refuses the client certificate: give one, with its key, that is valid now and signed by an authority the server trusts';

// By the code of Node's error: what OpenSSL found, or the alert that the server sent.
const faults: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED$/, expired],
  [
    /^CERT_NOT_YET_VALID$/,
    'the certificate of the server is not valid yet: compare the clocks of both sides',
  ],
  [
    /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)$/,
    untrusted,
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'the certificate of the server is made out for another host: connect to a name that is in it, or give that as the server name',
  ],
  [/ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED/, ours],
  [/^ERR_SSL_WRONG_VERSION_NUMBER$/, 'the server does not speak TLS on this port'],
  [
    /^ERR_OSSL_|^ERR_SSL_(EE|CA)_KEY|KEY_VALUES_MISMATCH/,
    'a certificate or key file is not usable: give PEM files of a certificate and its own key, not encrypted',
  ],
];

/**
 * What is wrong with the certificates of a connection, and what to do about it; null for an error that
 * is about something else. Looks at causes too. Names no file and quotes no content.
 */
export function tlsFaultOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code !== 'string') continue;
    const fault = faults.find(([pattern]) => pattern.test(code));
    if (fault !== undefined) return fault[1];
  }
  return null;
}
