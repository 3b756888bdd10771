import { useSignal } from '@preact/signals';
import { claimsOf } from '../state/claims.js';
import { handsOutTokens, token, useToken } from '../state/session.js';
import { begin } from '../state/start.js';

/** Where the mesh hands out no tokens, as in production: a person brings one. */
export function SignInPanel() {
  const draft = useSignal('');
  const fault = useSignal('');
  if (handsOutTokens.value !== false || token.value) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    const given = draft.value.trim();
    if (!claimsOf(given)) {
      fault.value = 'This is no token. A token has three parts with dots between them.';
      return;
    }
    fault.value = '';
    useToken(given);
    void begin();
  };
  return (
    <section class="sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">Sign in</h2>
      <form onSubmit={submit}>
        <label for="token">Access token of your identity provider</label>
        <p id="token-hint" class="quiet">
          A JWT for this mesh. It stays in this tab and is gone when the tab is closed.
        </p>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={draft}
          aria-describedby="token-hint token-fault"
          aria-invalid={fault.value !== ''}
          onInput={(event) => (draft.value = event.currentTarget.value)}
        />
        <p id="token-fault" class="fault">
          {fault}
        </p>
        <button class="primary">Sign in</button>
      </form>
    </section>
  );
}
