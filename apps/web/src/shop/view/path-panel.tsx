import { lookedAt, lookedAtId, legs, missing, story } from '../state/looked-at.js';
import { keepsTraces } from '../state/trace.js';
import { Outcome } from './outcome.js';
import { PathLeg } from './path-leg.js';
import { Stages } from './stages.js';
import { money, summary } from './shop-words.js';

/** One order: what became of it, why, and its way hop by hop. */
export function PathPanel() {
  const order = lookedAt.value;
  return (
    <section class="path" aria-labelledby="path-title" data-testid="path">
      <h2 id="path-title" tabIndex={-1}>
        {order ? summary(order.lines) : 'The way of an order'}
      </h2>
      {order ? (
        <>
          <p class="quiet facts">
            {money(order.total)} · order <code>{order.orderId}</code>
          </p>
          <Stages order={order} story={story.value} />
          <Outcome order={order} />
          {legs.value.map((leg) => (
            <PathLeg key={leg.title} leg={leg} />
          ))}
          <p class="quiet source">{sourceWords()}</p>
        </>
      ) : (
        <Nothing />
      )}
    </section>
  );
}

function Nothing() {
  if (missing.value) return <p>You have no such order. It may be somebody else’s.</p>;
  if (lookedAtId.value) return <p class="quiet">Loading…</p>;
  return (
    <div class="quiet nothing">
      <p>
        Place an order, or choose one of yours: here you see each stop of its way through the mesh,
        with times.
      </p>
      <ol>
        {[
          'Browser',
          'Gateway',
          'Order',
          'Outbox',
          'Event log',
          'Inventory',
          'Queue',
          'Browser',
        ].map((stop, at) => (
          <li key={at}>
            <span>{stop}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function sourceWords(): string {
  if (legs.value.some(({ source }) => source === 'spans'))
    return 'Times are of the spans that the services recorded. Hatched: it waited. In the embedded profile one event log in PostgreSQL stands in for Kafka and AMQP.';
  return keepsTraces.value === false
    ? 'This mesh keeps no traces for its page: they go to a collector elsewhere, or nowhere. Shown is what the page knows by itself.'
    : 'There are no spans of this order, or not yet. Shown is what the page knows by itself.';
}
