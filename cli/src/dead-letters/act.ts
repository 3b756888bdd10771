import { CliError } from '../cli-error.js';
import type { Terminal } from '../command.js';
import { confirm } from '../confirm.js';
import type { ActionResult, DeadLetterClient, Letter } from './client.js';
import type { Action } from './action.js';
import type { Options } from './options.js';
import { pages, queryFor, requireNamed } from './selection.js';
import { counted, letterTable, named } from './views.js';

interface Plan {
  readonly client: DeadLetterClient;
  readonly letters: readonly Letter[];
}

type Result = ActionResult & { readonly name: string };

const shown = 20;
/** Of a service in one go. */
const most = 10_000;
const progressMs = 2000;

/** Redrives or discards: first what it is about, then a question, then in small batches. */
export function act(action: 'redrive' | 'discard'): Action {
  return async (services, options, terminal) => {
    const { letters, filter, service, all, json, dryRun } = options;
    if (letters.length === 0 && Object.keys(filter).length === 0 && !service && !all) {
      throw new CliError(`${action} which? Name some, give a filter, or say --all`, 2);
    }
    await requireNamed(services, letters);
    const plans = await plansOf(action, services, options);
    const total = plans.reduce((sum, plan) => sum + plan.letters.length, 0);
    for (const { client, letters } of plans)
      if (letters.length >= most)
        terminal.warn(
          `At most ${most} of ${client.service} are taken in one go; there may be more.`,
        );
    if (total === 0) {
      terminal.say(json ? '[]' : 'No dead letter matches.');
      return 0;
    }
    if (!json) preview(plans, total, terminal);
    if (dryRun) {
      const planned = plans.flatMap(({ client, letters }) =>
        letters.map((letter) => ({ name: `${client.service}/${letter.id}`, ...letter })),
      );
      terminal.say(
        json
          ? JSON.stringify(planned, null, 2)
          : `Dry run: ${action} would take ${total === 1 ? 'this one' : `these ${total}, in this order`}. Nothing was changed.`,
      );
      return 0;
    }
    if (!options.yes) await confirm(`${action} ${counted(total)}?`, '--dry-run to look first');
    return carryOut(action, plans, options, terminal);
  };
}

async function plansOf(
  action: 'redrive' | 'discard',
  services: readonly DeadLetterClient[],
  options: Options,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const client of services) {
    const query = queryFor(client, options);
    if (query === undefined) continue;
    const letters: Letter[] = [];
    if (action === 'redrive') letters.push(...(await client.plan(query)));
    else
      for await (const page of pages((one) => client.list(one), query, most)) letters.push(...page);
    if (letters.length > 0) plans.push({ client, letters });
  }
  return plans;
}

function preview(plans: readonly Plan[], total: number, { say }: Terminal): void {
  const all = plans.flatMap(({ client, letters }) =>
    letters.map((letter) => named(client, letter)),
  );
  letterTable(all.slice(0, shown)).forEach(say);
  if (total > shown) say(`… and ${total - shown} more`);
}

async function carryOut(
  action: 'redrive' | 'discard',
  plans: readonly Plan[],
  { batch, json }: Options,
  { say, warn }: Terminal,
): Promise<number> {
  const results: Result[] = [];
  const total = plans.reduce((sum, { letters }) => sum + letters.length, 0);
  const done = action === 'redrive' ? 'Redriven' : 'Discarded';
  /** Messages that hold nothing up, and the event at which it ends. */
  const [passed, stopped]: [Result[], Result[]] = [[], []];
  let saidAt = performance.now();
  for (const { client, letters } of plans) {
    const unreadIds = new Set(letters.filter(({ unread }) => unread).map(({ id }) => id));
    for (let at = 0; at < letters.length; at += batch) {
      const ids = letters.slice(at, at + batch).map(({ id }) => id);
      const answers = (await client.act(action, ids)).map((one) => ({
        ...one,
        name: `${client.service}/${one.id}`,
      }));
      results.push(...answers);
      for (const one of answers)
        if (one.result === 'failed') (unreadIds.has(one.id) ? passed : stopped).push(one);
      if (performance.now() - saidAt > progressMs) {
        warn(`${done} so far: ${results.length} of ${total}`);
        saidAt = performance.now();
      }
      // The service stopped in the middle: at an event that failed, or because it ends itself.
      if (stopped.length > 0 || answers.length < ids.length) break;
    }
    if (stopped.length > 0) break;
  }
  const count = (result: string) => results.filter((one) => one.result === result).length;
  const left = total - count('done') - count('gone');
  if (json) say(JSON.stringify(results, null, 2));
  else {
    const gone = count('gone') > 0 ? `, taken by somebody else meanwhile: ${count('gone')}` : '';
    say(`${done}: ${count('done')}${gone}${left > 0 ? `, left: ${left}` : ''}`);
  }
  const [unread] = passed;
  if (unread !== undefined)
    warn(
      `Passed over ${passed.length} that still can not be read, such as ${unread.name}: ${unread.detail}`,
    );
  const [failure] = stopped;
  if (failure !== undefined) warn(`Stopped at ${failure.name}, which failed: ${failure.detail}`);
  return left > 0 ? 1 : 0;
}
