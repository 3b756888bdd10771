import { afterAll, beforeAll, describe } from 'vitest';
import { databaseCases } from './database.js';
import { deadLetterCases } from './dead-letters.js';
import { demoCases } from './demo.js';
import { intoTheLog } from './injecting.js';
import { killCases } from './kills.js';
import { metricCases } from './metrics.js';
import { Mesh } from '@mesh/tools/testing/mesh';
import { outboxCases } from './outbox-command.js';
import { pageCases } from './page.js';
import { storyCases } from './story.js';
import { traceCases } from './traces.js';

describe('embedded profile', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start({ env: { MESH_PROFILE: 'embedded' } });
  }, 180_000);
  afterAll(() => mesh?.stop());

  describe('the story', () => storyCases(() => mesh));
  describe('the demo', () => demoCases(() => mesh));
  describe('traces', () => traceCases(() => mesh, { log: 'mesh-log', queue: 'mesh-log' }));
  describe('metrics', () => metricCases(() => mesh));
  describe('the page', () =>
    pageCases(() => mesh, { inject: intoTheLog(() => mesh), brokers: ['Event log'] }));
  describe('dead letters', () =>
    deadLetterCases(
      () => mesh,
      intoTheLog(() => mesh),
    ));
  describe('outboxes', () => outboxCases(() => mesh));
  describe('kill -9', () => killCases(() => mesh));
  describe('the database', () => databaseCases(() => mesh));
});
