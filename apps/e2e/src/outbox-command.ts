import type { Mesh } from '@mesh/tools/testing/mesh';
import { expect, it } from 'vitest';
import { eventually } from '@mesh/tools/testing/eventually';
import { meshCommand } from './mesh-command.js';

interface Status {
  readonly depth: number;
  readonly maxEvents: number;
  readonly members: number;
  readonly isForeign: boolean;
}

/** Outboxes as an operator meets them, through the command. */
export function outboxCases(running: () => Mesh): void {
  const outbox = (...args: string[]) => meshCommand(running().dir, 'outbox', ...args);

  it('shows the outbox of each service that has one', async () => {
    const status = await eventually('every outbox is empty', async () => {
      const found = JSON.parse((await outbox('status', '--json')).out) as Record<string, Status>;
      return Object.values(found).every(({ depth }) => depth === 0) && found;
    });
    expect(Object.keys(status).sort()).toEqual(['inventory', 'notifications', 'order']);
    expect(status['order']).toMatchObject({ maxEvents: 200_000, members: 1, isForeign: false });
    expect((await outbox('status', '--service', 'order')).out).toMatch(
      /^SERVICE .*\norder +polling +0 +200000 +- +1 +16\/16 /,
    );
  });

  it('given a cursor that needs no reset, then says so and changes nothing', async () => {
    const reset = await outbox('reset', '--service', 'order', '--from', 'start', '--yes');
    expect(reset).toMatchObject({ code: 1, err: expect.stringContaining('(CURSOR_OWN)') });
    expect((await outbox('audit', '--service', 'order')).out).toBe('It was not reset yet.\n');
  });
}
