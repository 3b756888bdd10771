import { signal } from '@preact/signals';
import { call } from '../api.js';

const NAME_KEY = 'mesh.customer';

/** Who orders here: a made-up customer that this browser keeps. */
export const customer = signal(remembered());
export const token = signal('');

/** Signs in as the customer (development only: the mesh hands out the token). */
export async function signIn(): Promise<string> {
  const answer = await call<{ token: string }>('/dev/token', {
    method: 'POST',
    body: { customerId: customer.value },
  });
  token.value = answer.token;
  return answer.token;
}

function remembered(): string {
  const known = localStorage.getItem(NAME_KEY);
  if (known) return known;
  const made = `guest-${crypto.randomUUID().slice(0, 8)}`;
  localStorage.setItem(NAME_KEY, made);
  return made;
}
