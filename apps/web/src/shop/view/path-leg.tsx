import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { endOf, startOf, type Hop, type Leg, type Stretch } from '../path/hop.js';
import { barOf } from '../path/legs.js';
import { elapsed } from '../../view/words.js';

/** One request drawn as a waterfall: each hop a row, each bar as long as it took. */
export function PathLeg({ leg }: { leg: Leg }) {
  const all = useSignal(false);
  const asides = leg.hops.filter(({ aside }) => aside).length;
  const shown = all.value ? leg.hops : leg.hops.filter(({ aside }) => !aside);
  return (
    <div class="leg" data-testid="leg" data-source={leg.source}>
      <h3>
        {leg.title} <span class="quiet">{elapsed(leg.lengthMs)} in all</span>
      </h3>
      {leg.traceId && (
        <p class="quiet facts">
          trace <code class="trace">{leg.traceId}</code>
        </p>
      )}
      <div class="hop heads quiet" aria-hidden="true">
        <span>where</span>
        <span class="track-head" />
        <span class="took">length</span>
        <span class="from">start</span>
      </div>
      {groupsOf(shown).map(({ title, hops }) => (
        <Fragment key={title}>
          {title && <h4>{title}</h4>}
          <ol>
            {hops.map((hop) => (
              <Row key={hop.id} hop={hop} lengthMs={leg.lengthMs} />
            ))}
          </ol>
        </Fragment>
      ))}
      {asides > 0 && (
        <button type="button" aria-expanded={all} onClick={() => (all.value = !all.value)}>
          {all.value ? 'Hide what was done beside it' : `Show ${asides} more, done beside it`}
        </button>
      )}
    </div>
  );
}

/** What placed the order, and what decided it; one group without a title where only one is there. */
function groupsOf(hops: readonly Hop[]) {
  const decided = hops.filter(({ until }) => until === 'decided');
  if (decided.length === 0) return [{ title: '', hops }];
  return [
    { title: 'Placed', hops: hops.filter(({ until }) => until !== 'decided') },
    { title: 'Decided', hops: decided },
  ];
}

function Row({ hop, lengthMs }: { hop: Hop; lengthMs: number }) {
  const { where, what, wait, work, failed } = hop;
  return (
    <li class={`hop${hop.aside ? ' aside' : ''}${failed ? ' failed' : ''}`}>
      <span class="where">
        <b>{where}</b> <span class="quiet">{what}</span>
        {failed && <span class="fault"> failed: {failed}</span>}
      </span>
      <span class="track" aria-hidden="true">
        {wait && <Bar stretch={wait} lengthMs={lengthMs} kind="wait" />}
        {work && <Bar stretch={work} lengthMs={lengthMs} kind="work" />}
      </span>
      <span class="took">
        {elapsed(endOf(hop) - startOf(hop))}
        {wait && !work && <span class="unseen"> of waiting</span>}
      </span>
      <span class="from quiet">+{elapsed(startOf(hop))}</span>
    </li>
  );
}

function Bar({ stretch, lengthMs, kind }: { stretch: Stretch; lengthMs: number; kind: string }) {
  const { left, width } = barOf(stretch, lengthMs);
  return <i class={kind} style={{ left: `${left}%`, width: `${width}%` }} />;
}
