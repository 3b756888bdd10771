/**
 * Walks the way of an order without placing one: a development token, order asked through the
 * gateway, and its stock.
 */
export async function canOrder(gateway: string): Promise<boolean> {
  try {
    const { token } = (await call(`${gateway}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'mesh-launcher' }),
    })) as { token: string };
    const asked = call(`${gateway}/v1/orders?limit=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await Promise.all([call(`${gateway}/v1/stock?limit=1`), asked]);
    return true;
  } catch {
    return false;
  }
}

async function call(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
