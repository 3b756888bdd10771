import { computed, signal } from '@preact/signals';
import { ApiError, call } from '../api.js';
import { randomHex } from '../random-id.js';
import { claimsOf } from './claims.js';
import { kept, text, thisBrowser, thisTab } from './kept.js';

/** Development: a made-up customer that this browser keeps. */
const madeUp = kept('customer', {
  ...{ storage: thisBrowser, parse: text },
  initial: () => `guest-${randomHex(4)}`,
});
/** Production: the token that a person pasted; for this tab alone, so that closing it signs out. */
const pasted = kept('token', { storage: thisTab, initial: () => '', parse: text });
/** Development: whether the token is to have the operator's role too. */
const asOperator = kept('operator', {
  storage: thisTab,
  initial: () => false,
  parse: (stored) => stored === true,
});

/** Whether this mesh hands out tokens to anybody; undefined until it was asked. */
export const handsOutTokens = signal<boolean | undefined>(undefined);
export const token = signal(pasted.value);
export const claims = computed(() => claimsOf(token.value));
export const customer = computed(() => claims.value?.sub ?? madeUp.value);
export const isOperator = computed(() => claims.value?.roles.includes('operator') ?? false);

/**
 * Gets a token: in development from the mesh, elsewhere the one that a person gave. Empty when there is none.
 * @throws ApiError when the mesh can't be asked
 */
export async function signIn(): Promise<string> {
  if (handsOutTokens.value !== false) await askForToken();
  if (handsOutTokens.value === false) token.value = pasted.value;
  return token.value;
}

/** Production: a person gives a token, or takes it back with an empty one. */
export function useToken(given: string): void {
  pasted.value = given;
  token.value = given;
}

/** Development: the role of an operator, taken on or given back. */
export async function actAsOperator(wanted: boolean): Promise<void> {
  asOperator.value = wanted;
  await signIn();
}

async function askForToken(): Promise<void> {
  const roles = ['customer', ...(asOperator.value ? ['operator'] : [])];
  try {
    const answer = await call<{ token: string }>('/dev/token', {
      method: 'POST',
      body: { customerId: madeUp.value, roles },
    });
    handsOutTokens.value = true;
    token.value = answer.token;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    handsOutTokens.value = false;
  }
}
