import { CliError } from '../cli-error.js';
import type { Command, Terminal } from '../command.js';
import { confirm } from '../confirm.js';
import { readEndpoints, type Endpoints } from '../endpoints.js';
import { operatorToken } from '../operator-token.js';
import { OutboxClient, type Status } from './client.js';
import { help } from './help.js';
import { onParked } from './parked.js';
import { readOptions, type Options } from './options.js';
import { auditLines, doneLine, planLines, statusLines } from './views.js';

/** Looks at outboxes, and resets one whose database was restored or copied. */
export const outbox: Command = {
  name: 'outbox',
  summary: 'what waits to be published; on with a database that was restored or copied',
  async run(args, terminal) {
    const options = readOptions(args);
    if (options === null) {
      terminal.say(help);
      return 0;
    }
    const { request } = options;
    const clients = await clientsOf(options, terminal);
    if (request.kind === 'status') return showStatus(clients, options, terminal);
    const [client] = clients as [OutboxClient];
    if (request.kind === 'reset') return reset(client, request.from, options, terminal);
    if (request.kind !== 'audit') return onParked(client, options, terminal);
    const resets = await client.audit();
    if (options.json) terminal.say(JSON.stringify(resets, null, 2));
    else auditLines(resets).forEach(terminal.say);
    return 0;
  },
};

async function showStatus(
  clients: readonly OutboxClient[],
  { json }: Options,
  { say }: Terminal,
): Promise<number> {
  const asked = await Promise.all(
    clients.map(async (client) => [client.service, await client.status()] as const),
  );
  const statuses = new Map(asked.filter((one): one is [string, Status] => one[1] !== undefined));
  if (json) say(JSON.stringify(Object.fromEntries(statuses), null, 2));
  else statusLines(statuses).forEach(say);
  return 0;
}

async function reset(
  client: OutboxClient,
  from: 'start' | 'end',
  { dryRun, yes, json }: Options,
  { say }: Terminal,
): Promise<number> {
  const plan = await client.plan(from);
  if (!json) planLines(plan, client.service, from).forEach(say);
  if (dryRun) {
    say(json ? JSON.stringify(plan, null, 2) : 'Dry run: nothing was changed.');
    return 0;
  }
  if (!yes) await confirm(`Reset the outbox of ${client.service}?`, '--dry-run to look first');
  const done = await client.reset(from);
  if (json) say(JSON.stringify(done, null, 2));
  else say(doneLine(from));
  return 0;
}

async function clientsOf(
  { request: { service }, url }: Options,
  { env }: Terminal,
): Promise<readonly OutboxClient[]> {
  if (url !== undefined && service !== undefined && env['MESH_TOKEN'])
    return [new OutboxClient(service, url, env['MESH_TOKEN'])];
  const endpoints = readEndpoints(env);
  const token = await operatorToken(endpoints, env);
  return managementPorts(endpoints, service, url).map(
    ([name, management]) => new OutboxClient(name, management, token),
  );
}

function managementPorts(
  endpoints: Endpoints,
  service: string | undefined,
  url: string | undefined,
): [string, string][] {
  if (service !== undefined && url !== undefined) return [[service, url]];
  const ports = Object.entries(endpoints).flatMap(([name, { management }]): [string, string][] =>
    management !== undefined && (service === undefined || service === name)
      ? [[name, management]]
      : [],
  );
  if (ports.length > 0 || service === undefined) return ports;
  const there = Object.keys(endpoints).join(', ');
  throw new CliError(`There is no service "${service}"; there are ${there}`, 2);
}
