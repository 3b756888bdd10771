import { setTimeout as pause } from 'node:timers/promises';
import { TransportError } from '@mesh/messaging';
import { complete } from '../complete.js';
import { startProducers } from '../producers.js';
import type { RelayRule } from '../relay-rule.js';

/** Pauses before a batch is tried again. */
const RETRY = { minMs: 50, maxMs: 1000 };
/** With full jitter a pause is half of its limit: far more tries than that are no backing off. */
const TRIES_A_SECOND = 20;
const KEYS = 6;

export const brokerDown: RelayRule = {
  number: 23,
  title: 'the broker is down: appends succeed, the relay backs off, then drains in order',
  deadlineMs: 60_000,
  async check(run) {
    const setting = await run.open();
    const { publisher } = setting;
    let away = true;
    let tries = 0;
    publisher.refuse = () => {
      if (!away) return;
      tries += 1;
      throw new TransportError('The broker is away');
    };
    const relay = await run.relay(setting, { retry: RETRY });
    const producers = startProducers(setting);
    const began = performance.now();
    const outageMs = run.count({ light: 3000, heavy: 60_000 });
    for (let outage = 0; outage < outageMs; outage = performance.now() - began) {
      const before = producers.commits;
      await run.judge.until(
        () => producers.commits > before,
        () => 'appending waits for the broker',
      );
      await pause(10);
    }
    const seconds = (performance.now() - began) / 1000;
    const most = Math.ceil((seconds + 1) * TRIES_A_SECOND * KEYS);
    run.judge.require(tries > 1, `it tried ${tries} times`);
    run.judge.require(tries < most, `it tried ${tries} times in ${Math.round(seconds)} s`);
    const { depth, oldestAgeSeconds } = await relay.backlog();
    run.judge.require(depth > 0 && oldestAgeSeconds > 1, `the backlog is ${depth} events`);

    away = false;
    const { doubled } = await complete(run, () => publisher.versions(), await producers.stop());
    run.judge.require(doubled === 0, `${doubled} events were published again`);
    await run.judge.until(
      async () => (await relay.backlog()).depth === 0,
      () => 'the backlog does not become empty',
    );
  },
};
