import { useSignal, useSignalEffect } from '@preact/signals';
import { now } from '../state/clock.js';
import { heardCount, returned, returns } from '../state/heard.js';
import { connection } from '../../state/live.js';
import { cutConnection, cutUntil } from '../state/cut-connection.js';
import { orderHash } from '../state/shop-route.js';
import { phaseWords } from '../../view/connection-pill.js';
import { elapsed } from '../../view/words.js';

/** The live connection, and a way to see what a lost one costs: nothing. */
export function ConnectionPanel() {
  const { phase } = connection.value;
  const cut = cutUntil.value !== undefined;
  return (
    <section class="connection" aria-labelledby="connection-title">
      <h2 id="connection-title">Your connection</h2>
      <p>
        <b>{phaseWords[phase]}</b>
        {cut && <Countdown until={cutUntil.value ?? 0} />}
      </p>
      <p class="quiet">
        {heardCount} {heardCount.value === 1 ? 'update' : 'updates'} heard
        {returns.value > 0 && ` · came back ${returns.value === 1 ? 'once' : `${returns} times`}`}
      </p>
      <button
        type="button"
        aria-disabled={cut || phase !== 'live'}
        aria-describedby="cut-hint"
        onClick={() => phase === 'live' && cutConnection()}
      >
        Cut my connection for 10 s
      </button>
      <p id="cut-hint" class="quiet">
        {phase === 'live' || phase === 'suspended'
          ? 'Orders still go over HTTP meanwhile: place one. What you miss comes when the connection is back, in its order.'
          : 'What you miss comes when the connection is back, in its order.'}
      </p>
      <LastReturn />
    </section>
  );
}

function Countdown({ until }: { until: number }) {
  const left = useSignal(until - now());
  useSignalEffect(() => {
    const timer = setInterval(() => (left.value = until - now()), 250);
    return () => clearInterval(timer);
  });
  return <span aria-hidden="true"> · back in {Math.max(0, Math.ceil(left.value / 1_000))} s</span>;
}

function LastReturn() {
  const last = returned.value;
  if (!last) return null;
  const { awayMs, caughtUp } = last;
  return (
    <div class="returned" data-testid="returned">
      <p>
        Back after {elapsed(awayMs)}:{' '}
        {caughtUp.length === 0
          ? 'nothing was missed.'
          : `${caughtUp.length} missed ${caughtUp.length === 1 ? 'update' : 'updates'} came afterwards.`}
      </p>
      <ol>
        {caughtUp.slice(-10).map(({ orderId, words }, at) => (
          <li key={at}>
            <a href={orderHash(orderId)}>{words}</a>
          </li>
        ))}
      </ol>
    </div>
  );
}
