import { journey, stops } from '../state/journey.js';
import { because, elapsed } from './format.js';

const outcomes = {
  SENDING: 'On its way…',
  PLACED: 'Accepted. Waiting for stock…',
  CONFIRMED: 'Confirmed',
  REJECTED: 'Rejected',
  CANCELLED: 'Cancelled',
  FAILED: 'Not placed',
};

/** The way of the order that was placed last, stop by stop, with the time since the click. */
export function JourneyView() {
  const way = journey.value;
  const { committed, answered, decided, seen } = stops.value;
  const rejected = way?.status === 'REJECTED';
  return (
    <section class="journey" aria-labelledby="journey-title">
      <h2 id="journey-title">The way of your order</h2>
      <ol>
        <Stop at={way && 0} where="browser" what="You click" />
        <Stop
          at={committed}
          where="gateway → order"
          what="HTTP, gRPC; order and event in one commit"
        />
        <Stop
          at={decided}
          where="event log → inventory → order"
          what={rejected ? 'Too little stock: rejected' : 'Stock reserved: confirmed'}
        />
        <Stop
          at={seen}
          where="notifications → queue → gateway"
          what="WebSocket: this page is told"
        />
      </ol>
      <p class="outcome" role="status" data-testid="outcome" data-status={way?.status ?? 'NONE'}>
        {way ? outcomes[way.status] : 'Place an order: each stop lights up as it is reached.'}
        {way?.reason && `: ${because(way.reason)}`}
        {seen !== undefined && ` after ${elapsed(seen)}`}
        {answered !== undefined && (
          <span class="quiet">
            {' '}
            (accepted after {elapsed(answered)}: from then on it can not be lost)
          </span>
        )}
      </p>
    </section>
  );
}

function Stop({ at, where, what }: { at: number | undefined; where: string; what: string }) {
  return (
    <li class={at === undefined ? 'ahead' : 'reached'}>
      <span class="where">{where}</span>
      <span class="what">{what}</span>
      <span class="at">{at !== undefined && elapsed(at)}</span>
    </li>
  );
}
