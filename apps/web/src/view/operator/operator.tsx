import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { followOperations, hasOperations, operationsFault } from '../../state/operations.js';
import { handsOutTokens, isOperator } from '../../state/session.js';
import { AuditTable } from './audit-table.js';
import { DeadLetters } from './dead-letters.js';
import { RoleSwitch } from './role-switch.js';
import { ServiceCards } from './service-cards.js';

/** What who runs the mesh wants to know of it, and may do to it. */
export function Operator({ panels }: { readonly panels: readonly ComponentType[] }) {
  useEffect(followOperations, []);
  if (!isOperator.value && handsOutTokens.value === undefined) return <p class="quiet">Loading…</p>;
  return (
    <div class="operator">
      <RoleSwitch />
      {!isOperator.value && (
        <p class="quiet">
          For the role “operator” there is here: the health, outbox and lag of each service; what
          can be set; dead letters, to look at, redrive or discard; and who did what.
        </p>
      )}
      {isOperator.value && (
        <>
          {operationsFault.value && (
            <p class="fault notice" role="status">
              {hasOperations.value ? 'No news of the services: ' : 'No view of the services here: '}
              {operationsFault}
            </p>
          )}
          {hasOperations.value && <ServiceCards />}
          {panels.map((Panel, at) => (
            <Panel key={at} />
          ))}
          {hasOperations.value && (
            <>
              <DeadLetters />
              <AuditTable />
            </>
          )}
        </>
      )}
    </div>
  );
}
