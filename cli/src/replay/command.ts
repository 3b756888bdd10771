import { CliError } from '../cli-error.js';
import type { Command, Terminal } from '../command.js';
import { confirm } from '../confirm.js';
import { readEndpoints } from '../endpoints.js';
import { operatorToken } from '../operator-token.js';
import { table } from '../table.js';
import { ReplayClient, type AuditLine, type Plan } from './client.js';
import { help } from './help.js';
import { readOptions, type Options, type ReplayRequest } from './options.js';

/** Sends a group back to events that it has handled. */
export const replay: Command = {
  name: 'replay',
  summary: 'a group is given again what it has handled, from a time or an offset',
  async run(args, terminal) {
    const options = readOptions(args);
    if (options === null) {
      terminal.say(help);
      return 0;
    }
    const client = await clientOf(options, terminal);
    if (options.request === null) return showAudit(await client.audit(), options, terminal);
    return run(client, options.request, options, terminal);
  },
};

async function run(
  client: ReplayClient,
  request: ReplayRequest,
  { dryRun, yes, json }: Options,
  { say }: Terminal,
): Promise<number> {
  const plan = await client.plan(request);
  if (!json) describe(plan, request).forEach(say);
  if (dryRun || plan.ranges.length === 0) {
    if (json) say(JSON.stringify(plan, null, 2));
    else if (dryRun) say('Dry run: nothing was changed.');
    return 0;
  }
  if (!yes) await confirm(`Send ${request.group} back?`, '--dry-run to look first');
  if (!json) say('Sending it back; a member that died is waited for until its session ends.');
  const done = await client.replay(request);
  if (json) say(JSON.stringify({ ...plan, ...done }, null, 2));
  else say(`Sent back; the inbox forgot ${done.forgotten}. Watch mesh_consumer_lag.`);
  return 0;
}

function describe({ ranges, events, known }: Plan, { group, stream, again }: ReplayRequest) {
  if (ranges.length === 0)
    return [`${group} has not handled anything of ${stream} from there on: nothing comes again.`];
  const rows = ranges.map((one) => [String(one.partition), one.from, one.until]);
  return [
    ...table(['PARTITION', 'FROM', 'UNTIL'], rows),
    '',
    again
      ? `${events} events of ${stream} come again; ${known} were handled before and are handled once more.`
      : `${events} events of ${stream} come again; ${known} are known to the inbox and have no effect.`,
  ];
}

function showAudit(lines: readonly AuditLine[], { json }: Options, { say }: Terminal): number {
  const rows = lines.map((one) => [
    ...[one.at, one.actor, one.group, one.stream, one.origin],
    ...[one.again ? `again, ${one.forgotten} forgotten` : 'known skipped', one.result],
    one.detail ?? '',
  ]);
  const titles = ['AT', 'WHO', 'GROUP', 'STREAM', 'FROM', 'HOW', 'RESULT', 'DETAIL'];
  if (json) say(JSON.stringify(lines, null, 2));
  else if (lines.length === 0) say('No group was sent back yet.');
  else table(titles, rows).forEach(say);
  return 0;
}

async function clientOf({ service, url }: Options, { env }: Terminal): Promise<ReplayClient> {
  if (url !== undefined && env['MESH_TOKEN'])
    return new ReplayClient(service, url, env['MESH_TOKEN']);
  const endpoints = readEndpoints(env);
  const management = url ?? endpoints[service]?.['management'];
  if (management === undefined) {
    const there = Object.keys(endpoints).join(', ');
    throw new CliError(`There is no service "${service}"; there are ${there}`, 2);
  }
  return new ReplayClient(service, management, await operatorToken(endpoints, env));
}
