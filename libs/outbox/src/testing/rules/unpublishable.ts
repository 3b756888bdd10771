import { PublishError, type Message } from '@mesh/messaging';
import { RelayDeadLetters } from '../../relay/relay-dead-letters.js';
import type { FailurePolicy } from '../../dead-letters/parking.js';
import { versionOf } from '../recording-publisher.js';
import type { RelayRule } from '../relay-rule.js';
import type { RelayRun } from '../relay-run.js';
import type { RelaySetting } from '../relay-setting.js';

export const skippedGoOn: RelayRule = {
  number: 25,
  title: 'what can never be published is parked with its reason; by policy its key goes on',
  async check(run) {
    const { setting, letters } = await refusing(run, 'skip');
    for (let n = 0; n < 4; n += 1) await commitEach(setting);
    await expectVersions(run, setting, { bad: '1,3,4', good: '1,2,3,4' });
    const parked = await letters.list();
    const [letter] = parked;
    const { key, reason, error, eventType } = letter ?? {};
    run.judge.require(parked.length === 1, `${parked.length} events are parked instead of 1`);
    run.judge.require(
      key === 'bad' && reason === 'MESSAGE_TOO_LARGE' && error === 'Message has 2000000 bytes',
      `parked is ${key} for ${reason}: ${error}`,
    );
    run.judge.require(
      eventType === 'mesh.probe.v1.GaugeChanged',
      `the type of what is parked is ${eventType}`,
    );
    setting.publisher.refuse = () => {};
    const redriven = await letters.redrive({ stream: letter?.stream ?? '', key: 'bad' }, 'ann');
    run.judge.require(redriven.redriven === 1, `${redriven.redriven} events were redriven`);
    expectSameId(run, setting, letter?.eventId);
  },
};

export const heldUntilRedriven: RelayRule = {
  number: 25,
  title: 'by policy its key is held, also by the next relay; a redrive keeps ids and order',
  async check(run) {
    const { setting, letters, relay } = await refusing(run, 'park-key');
    for (let n = 0; n < 3; n += 1) await commitEach(setting);
    await expectVersions(run, setting, { bad: '1', good: '1,2,3' });
    await parkedAre(run, letters, 'MESSAGE_TOO_LARGE,BEHIND');
    await relay.stop();
    await run.relay(setting, { unpublishable: 'park-key' });
    await commitEach(setting);
    await expectVersions(run, setting, { bad: '1', good: '1,2,3,4' });
    await parkedAre(run, letters, 'MESSAGE_TOO_LARGE,BEHIND,BEHIND');

    const [first] = await letters.list();
    const of = { stream: first?.stream ?? '', key: 'bad' };
    const again = await letters.redrive(of, 'ann');
    run.judge.require(
      again.redriven === 0 && again.left === 3 && again.error !== undefined,
      `a redrive that fails again: ${again.redriven} redriven and ${again.left} left`,
    );
    setting.publisher.refuse = () => {};
    const committing = Promise.all([commitEach(setting), letters.redrive(of, 'ann')]);
    await run.judge.inTime(committing, () => 'the redrive does not end');
    await commitEach(setting);
    // An event that came while the key was being redriven may be parked behind and wait for another one.
    await run.judge.until(
      async () => {
        const left = (await letters.list()).length;
        if (left > 0) await letters.redrive(of, 'ann');
        return left === 0 && versionsOf(setting, 'bad') === '1,2,3,4,5,6';
      },
      () => `the versions of the key are ${versionsOf(setting, 'bad')} instead of 1,2,3,4,5,6`,
    );
    expectSameId(run, setting, first?.eventId);
  },
};

/** A relay whose broker never takes the second event of the key `bad`. */
async function refusing(run: RelayRun, unpublishable: FailurePolicy) {
  const setting = await run.open();
  const { pool, publisher } = setting;
  const isBad = (message: Message) => message.key === 'bad' && versionOf(message) === 2;
  publisher.refuse = (messages) => {
    const index = messages.findIndex(isBad);
    const options = { code: 'MESSAGE_TOO_LARGE', retryable: false } as const;
    if (index !== -1) throw new PublishError('Message has 2000000 bytes', [index], options);
  };
  const relay = await run.relay(setting, { unpublishable });
  const letters = new RelayDeadLetters({ pool, publishers: async () => publisher });
  return { setting, letters, relay };
}

async function commitEach(setting: RelaySetting): Promise<void> {
  await setting.commitChange('bad');
  await setting.commitChange('good');
}

/** In the order of their first publishing: cutting a batch in halves may repeat some. */
function versionsOf({ publisher }: RelaySetting, key: string): string {
  return [...new Set(publisher.versions().get(key))].join();
}

async function expectVersions(
  { judge }: RelayRun,
  setting: RelaySetting,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [key, versions] of Object.entries(expected)) {
    await judge.until(
      () => versionsOf(setting, key) === versions,
      () => `the versions of the key ${key} are ${versionsOf(setting, key)} instead of ${versions}`,
    );
  }
}

async function parkedAre({ judge }: RelayRun, letters: RelayDeadLetters, reasons: string) {
  const parked = async () => (await letters.list()).map(({ reason }) => reason).join();
  await judge.until(
    async () => (await parked()) === reasons,
    async () => `parked are ${await parked()} instead of ${reasons}`,
  );
}

function expectSameId({ judge }: RelayRun, { publisher }: RelaySetting, id?: string | null): void {
  const of = publisher.published.filter(
    (message) => message.key === 'bad' && versionOf(message) === 2,
  );
  judge.require(of.length === 1, `the redriven event was published ${of.length} times`);
  judge.require(of[0]?.event.id === id, `the id ${id} became ${of[0]?.event.id}`);
}
