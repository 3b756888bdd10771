import { useSignal, useSignalEffect } from '@preact/signals';
import { tried, wordsOf } from '../../state/alert.js';
import { letters, loadLetters, settle, type DeadLetter } from '../../state/dead-letters.js';
import { deadLetterCount, services } from '../../state/operations.js';
import { letterInAddress, operatorHash } from '../../state/operator-route.js';
import { clock } from '../words.js';
import { LetterPanel } from './letter-panel.js';

/** What could not be handled, by service: look at it, redrive it once its cause is mended, or discard it. */
export function DeadLetters() {
  const said = useSignal('');
  const loaded = useSignal('');
  useSignalEffect(() => {
    const counts = (services.value ?? []).flatMap(({ service, deadLetters }) =>
      deadLetters ? [{ service, total: deadLetters.total }] : [],
    );
    const state = JSON.stringify(counts);
    if (state === loaded.peek()) return;
    loaded.value = state;
    for (const { service } of counts)
      loadLetters(service).catch((error: unknown) => (said.value = wordsOf(error)));
  });
  const act = async (action: 'redrive' | 'discard', service: string, ids: readonly string[]) => {
    said.value = '';
    await tried(async () => void (said.value = await settle(action, service, ids)), said);
  };
  return (
    <section aria-labelledby="letters-title" data-testid="dead-letters">
      <h2 id="letters-title" tabIndex={-1}>
        Dead letters
      </h2>
      <p role="status">{said}</p>
      {deadLetterCount.value === 0 && <p class="quiet">None: everything could be handled.</p>}
      {inOrder(letters.value).map(
        ([service, { items, nextCursor }]) =>
          items.length > 0 && (
            <div key={service}>
              <h3>
                {service}{' '}
                <button
                  type="button"
                  aria-label={`Redrive the ${items.length} shown of ${service}`}
                  onClick={() =>
                    void act(
                      'redrive',
                      service,
                      items.map(({ id }) => id),
                    )
                  }
                >
                  Redrive the {items.length} shown
                </button>
              </h3>
              <table>
                <thead>
                  <tr>
                    <th scope="col">Event</th>
                    <th scope="col">Why</th>
                    <th scope="col">Since</th>
                    <th scope="col">
                      <span class="unseen">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((letter) => (
                    <Row key={letter.id} service={service} letter={letter} act={act} />
                  ))}
                </tbody>
              </table>
              {nextCursor !== null && (
                <button
                  type="button"
                  onClick={() => void tried(() => loadLetters(service, nextCursor), said)}
                >
                  Show more of {service}
                </button>
              )}
            </div>
          ),
      )}
    </section>
  );
}

interface RowProps {
  readonly service: string;
  readonly letter: DeadLetter;
  act(action: 'redrive' | 'discard', service: string, ids: readonly string[]): Promise<void>;
}

function Row({ service, letter, act }: RowProps) {
  const { id, group, key, eventType, reason, errorMessage, attempts, behind, parkedAt } = letter;
  const discarding = useSignal(false);
  const open = isOpen(letterInAddress.value, service, id);
  return (
    <>
      <tr data-testid={`letter-${service}-${id}`}>
        <th scope="row">
          {eventType.split('.').at(-1) || 'unreadable message'}{' '}
          <small class="quiet">
            {id} · {group}
            {key === null ? '' : ` · key ${key}`}
          </small>
        </th>
        <td data-label="Why">
          {behind ? `waits behind letter ${behind}` : `${reason}: ${errorMessage}`}{' '}
          <small class="quiet">
            {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          </small>
        </td>
        <td data-label="Since">
          <time dateTime={parkedAt}>{clock(parkedAt)}</time>
        </td>
        <td class="actions">
          <a
            class="button"
            href={operatorHash(open ? undefined : { service, id })}
            aria-label={`${open ? 'Close' : 'Look at'} letter ${id} of ${service}`}
            aria-expanded={open}
          >
            {open ? 'Close' : 'Look'}
          </a>
          <button
            type="button"
            aria-label={`Redrive letter ${id} of ${service}`}
            onClick={() => void act('redrive', service, [id])}
          >
            Redrive
          </button>
          <button
            type="button"
            aria-label={`${discarding.value ? 'Really discard' : 'Discard'} letter ${id} of ${service}`}
            class={discarding.value ? 'danger' : ''}
            onBlur={() => (discarding.value = false)}
            onClick={() => {
              if (discarding.value) void act('discard', service, [id]);
              discarding.value = !discarding.value;
            }}
          >
            {discarding.value ? 'Really?' : 'Discard'}
          </button>
        </td>
      </tr>
      {open && (
        <tr class="detail">
          <td colSpan={4}>
            <LetterPanel service={service} id={id} />
          </td>
        </tr>
      )}
    </>
  );
}

const isOpen = (
  letter: { readonly service: string; readonly id: string } | undefined,
  service: string,
  id: string,
): boolean => letter?.service === service && letter.id === id;

const inOrder = <Value,>(byService: Readonly<Record<string, Value>>): [string, Value][] =>
  Object.entries(byService).sort(([a], [b]) => a.localeCompare(b));
