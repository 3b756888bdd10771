import { dispatching } from '@mesh/messaging/testing/dispatching';
import { ackBeforeCommit, appendAfterCommit, checkThenAct } from './consumer-defects.js';
import type { ConsumerAddress, FromConsumer, ToConsumer } from './consumer-process.js';
import { openConsumerSetting } from './consumer-setting.js';
import type { Step } from './consumer-under-test.js';
import { batch, batchByKey, single, singleByKey } from './consumers.js';
import { numberedGaugeChanged } from './gauge-delivery.js';

const { url, consumer, standAt } = JSON.parse(process.argv[2] ?? '') as ConsumerAddress;
const known = [
  single,
  batch,
  singleByKey,
  batchByKey,
  checkThenAct,
  ackBeforeCommit,
  appendAfterCommit,
];
const under = known.find(({ name }) => name === consumer);
if (under === undefined) throw new Error(`There is no consumer "${consumer}"`);
const setting = openConsumerSetting(url);
const started = setting.then(({ parts }) => dispatching(under.handler({ ...parts, at })));
let stands = false;

process.on('disconnect', () => process.exit());
process.on('message', ({ deliver }: ToConsumer) => {
  for (const sent of deliver) {
    void started
      .then(({ dispatch }) => dispatch(numberedGaugeChanged(sent.gauge, sent.version)))
      .then((outcome) => outcome === 'done' && say({ acked: sent }));
  }
});

async function at(step: Step): Promise<void> {
  if (stands || step !== standAt) return;
  stands = true;
  say({ standing: true });
  await new Promise(() => {});
}

function say(message: FromConsumer): void {
  process.send?.(message);
}
