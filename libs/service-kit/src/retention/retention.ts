import { installSchedule, RetentionSchedule, type RetentionJob } from '@mesh/outbox';
import { metrics } from '@mesh/tracing';
import type { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { translateDatabaseError } from '../database/database-errors.js';
import { AppError } from '../errors/app-error.js';
import type { Runtime } from '../lifecycle/runtime.js';

/** How late a job may be. */
const LOOK_EVERY_MS = 60_000;

const removed = metrics.counter({
  name: 'mesh_retention_removed_total',
  help: 'Rows, or slots of the inbox, that this process removed because of their age',
  labels: ['task'],
});
const schedules = new Set<RetentionSchedule>();
metrics.gauge({
  name: 'mesh_retention_last_run_timestamp_seconds',
  help: 'When a task last ran to its end, on any replica',
  labels: ['task'],
  async collect(gauge) {
    const states = [...schedules].map((schedule) => schedule.states());
    for (const { name, ranAt } of (await Promise.all(states)).flat())
      if (ranAt !== null) gauge.set({ task: name }, ranAt.getTime() / 1000);
  },
});

/** Lets what is old go from a service's database: `retention.add({ name, everyMs, run })`. */
export class Retention {
  readonly #jobs: RetentionJob[] = [];
  readonly #schedule: RetentionSchedule;
  /** The first run of each job. */
  readonly #first: Promise<void>[] = [];

  private constructor(
    pool: Pool,
    private readonly runtime: Runtime,
  ) {
    this.#schedule = new RetentionSchedule(pool);
  }

  /** Makes the schedule exist in the database, and runs jobs of it until shutdown. */
  static async open(pool: Pool, runtime: Runtime): Promise<Retention> {
    await installSchedule(pool);
    const retention = new Retention(pool, runtime);
    schedules.add(retention.#schedule);
    const ended = retention.#run();
    runtime.lifecycle.onStop('intake', 'retention', async () => {
      await Promise.all([ended, ...retention.#first]);
      schedules.delete(retention.#schedule);
    });
    return retention;
  }

  /** The job runs when it is due, on one replica; at once if it has been due since before this process began. */
  add(job: RetentionJob): void {
    this.#jobs.push(job);
    this.#first.push(this.#runIfDue(job, this.runtime.lifecycle.stopping));
  }

  async #run(): Promise<void> {
    const { stopping: signal } = this.runtime.lifecycle;
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      for (const job of this.#jobs) if (!signal.aborted) await this.#runIfDue(job, signal);
    }
  }

  async #runIfDue(job: RetentionJob, signal: AbortSignal): Promise<void> {
    try {
      removed.inc({ task: job.name }, (await this.#schedule.runIfDue(job, signal)) ?? 0);
    } catch (error) {
      const cause = translateDatabaseError(error);
      const level = cause instanceof AppError && cause.retryable ? 'debug' : 'error';
      this.runtime.log[level]({ err: error, job: job.name }, 'What is old was not removed');
    }
  }
}
