import { tried } from '../../state/alert.js';
import { goLive } from '../../state/live.js';
import { actAsOperator, customer, handsOutTokens, isOperator, token } from '../../state/session.js';
import { useToken } from '../../state/session.js';
import { SignInPanel } from '../sign-in-panel.js';

/** Development: takes the operator's role on and gives it back. Elsewhere the token says who may. */
export function RoleSwitch() {
  const act = (wanted: boolean) =>
    tried(async () => {
      await actAsOperator(wanted);
      goLive();
    });
  if (handsOutTokens.value === true)
    return (
      <p class="role">
        <label>
          <input
            type="checkbox"
            role="switch"
            checked={isOperator}
            onChange={(event) => void act(event.currentTarget.checked)}
          />{' '}
          Act as an operator
        </label>{' '}
        <span class="quiet">
          {isOperator.value
            ? `${customer.value} has the role “operator” in this tab.`
            : 'Development only: the mesh gives you a token with the role “operator”.'}
        </span>
      </p>
    );
  return (
    <>
      <SignInPanel />
      {token.value && !isOperator.value && (
        <p class="notice">
          The token of {customer} has not the role “operator”.{' '}
          <button type="button" onClick={() => useToken('')}>
            Use another token
          </button>
        </p>
      )}
    </>
  );
}
