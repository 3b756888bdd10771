/** What a token says of its bearer, to be shown. Nothing is checked here: the mesh does that. */
export interface Claims {
  readonly sub: string;
  readonly roles: readonly string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
}

/** Undefined: no JWT, or one that names nobody. */
export function claimsOf(token: string): Claims | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (letter) =>
      letter.charCodeAt(0),
    );
    const said = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Record<string, unknown>>;
    if (typeof said['sub'] !== 'string') return undefined;
    const { roles, exp } = said;
    return {
      sub: said['sub'],
      roles: Array.isArray(roles) ? roles.map(String) : [],
      ...(typeof exp === 'number' ? { exp } : {}),
    };
  } catch {
    return undefined;
  }
}
