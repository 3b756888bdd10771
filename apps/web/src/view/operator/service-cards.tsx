import { services, type ServiceState } from '../../state/operations.js';
import { elapsed } from '../words.js';

const shapes: Readonly<Record<ServiceState['status'], string>> = {
  ready: '●',
  waiting: '◐',
  stopping: '◑',
  down: '✕',
};
const expectedCards = 4;

/** Each service: whether it works, what waits in its outbox and before it, its circuit breakers. */
export function ServiceCards() {
  return (
    <section class="services" aria-labelledby="services-title">
      <h2 id="services-title">Services</h2>
      <div class="cards" aria-busy={services.value === undefined}>
        {services.value
          ? services.value.map((state) => <Card key={state.service} state={state} />)
          : Array.from({ length: expectedCards }, (_, at) => <article key={at} aria-hidden />)}
      </div>
    </section>
  );
}

function Card({ state }: { state: ServiceState }) {
  const { service, status, waitingFor, outbox, consumers, deadLetters, breakers } = state;
  return (
    <article data-testid={`service-${service}`}>
      <h3>
        {service}{' '}
        <span class="health" data-status={status}>
          <span aria-hidden="true">{shapes[status]}</span> {status}
        </span>
      </h3>
      {waitingFor.map(({ name, reason }) => (
        <p key={name} class="fault">
          {name}: {reason}
        </p>
      ))}
      {!outbox && consumers.length === 0 && !deadLetters && status !== 'down' && (
        <p class="quiet">Keeps nothing of its own.</p>
      )}
      <dl>
        {outbox && (
          <Fact term="Outbox depth" of={outboxWords(outbox)} alarming={depthAlarms(outbox)} />
        )}
        {consumers.map(({ group, stream, lag }) => (
          <Fact
            key={`${group} ${stream}`}
            term={
              <>
                Lag{' '}
                <small>
                  {stream}
                  {group === service ? '' : ` → ${group}`}
                </small>
              </>
            }
            of={lag === null ? 'not told' : `${lag}`}
          />
        ))}
        {deadLetters && (
          <Fact
            term="Dead letters"
            of={lettersWords(deadLetters.total)}
            alarming={deadLetters.total > 0}
          />
        )}
        {breakers.map(({ name, state: is }) => (
          <Fact
            key={name}
            term={
              <>
                Breaker <small>{name.replace('.', '.\u200b')}</small>
              </>
            }
            of={is === 'open' ? 'open: held back' : 'closed'}
            alarming={is === 'open'}
          />
        ))}
      </dl>
    </article>
  );
}

function Fact(props: {
  term: preact.ComponentChildren;
  of: preact.ComponentChildren;
  alarming?: boolean;
}) {
  return (
    <div class={props.alarming ? 'alarming' : ''}>
      <dt>{props.term}</dt>
      <dd>
        {props.alarming && <span aria-hidden="true">▲ </span>}
        {props.of}
      </dd>
    </div>
  );
}

/** Scrolls to them: the address says which view and letter is looked at, so it stays. */
const lettersWords = (total: number) =>
  total === 0 ? (
    '0'
  ) : (
    <a
      href="#/operator"
      aria-label={`${total} dead letters: go to them`}
      onClick={(event) => {
        event.preventDefault();
        const title = document.getElementById('letters-title');
        title?.scrollIntoView();
        title?.focus();
      }}
    >
      {total}
    </a>
  );

type Outbox = NonNullable<ServiceState['outbox']>;

const depthAlarms = ({ depth, maxEvents }: Outbox): boolean =>
  depth !== null && maxEvents !== null && depth > maxEvents / 2;

function outboxWords({ depth, maxEvents, oldestAgeSeconds }: Outbox): string {
  if (depth === null) return 'not told';
  const most = maxEvents === null ? '' : ` of ${maxEvents.toLocaleString()}`;
  const age = oldestAgeSeconds === null ? '' : `, oldest ${elapsed(oldestAgeSeconds * 1_000)}`;
  return `${depth.toLocaleString()}${most}${depth > 0 ? age : ''}`;
}
