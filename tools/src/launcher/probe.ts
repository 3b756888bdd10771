/**
 * Whether the edge does what services say of it: it signs a development token, and answers every path with 200 to
 * its bearer.
 */
export async function answers(edge: string, paths: readonly string[]): Promise<boolean> {
  try {
    const signed = await call(`${edge}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'mesh-launcher' }),
    });
    const { token } = JSON.parse(signed) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    await Promise.all(paths.map((path) => call(`${edge}${path}`, { headers })));
    return true;
  } catch {
    return false;
  }
}

async function call(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}
