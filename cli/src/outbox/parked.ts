import { CliError } from '../cli-error.js';
import type { Terminal } from '../command.js';
import { confirm } from '../confirm.js';
import type { OutboxClient, Parked } from './client.js';
import type { Options } from './options.js';
import { parkedLines } from './views.js';

/** Lists what the relay could not publish, publishes it after all, or gives it up. */
export async function onParked(
  client: OutboxClient,
  { request, dryRun, yes, json }: Options,
  { say }: Terminal,
): Promise<number> {
  const parked = await client.parked();
  const concerned = parked.filter(concernedBy(request));
  if (request.kind === 'parked' || dryRun) {
    if (json) say(JSON.stringify(concerned, null, 2));
    else parkedLines(concerned).forEach(say);
    if (dryRun && !json) say('Dry run: nothing was changed.');
    return 0;
  }
  if (concerned.length === 0) throw new CliError('No such event is parked', 1);
  if (!json) parkedLines(concerned).forEach(say);
  if (request.kind === 'redrive') {
    if (!yes) await confirm(`Publish ${concerned.length} events?`, '--dry-run to look first');
    const done = await client.redrive(request.stream, request.key);
    if (json) say(JSON.stringify(done, null, 2));
    else
      say(`Published ${done.redriven}, ${done.left} left${done.error ? `: ${done.error}` : '.'}`);
    return done.left === 0 ? 0 : 1;
  }
  if (request.kind !== 'discard') return 0;
  if (!yes) await confirm('Give it up for good?', '--dry-run to look first');
  const discarded = await client.discard(request.position);
  say(json ? JSON.stringify({ discarded }) : discarded ? 'Discarded.' : 'It is gone already.');
  return discarded ? 0 : 1;
}

function concernedBy(request: Options['request']): (one: Parked) => boolean {
  switch (request.kind) {
    case 'redrive':
      return ({ stream, key }) => stream === request.stream && key === (request.key ?? null);
    case 'discard':
      return ({ position }) => position === request.position;
    default:
      return () => true;
  }
}
