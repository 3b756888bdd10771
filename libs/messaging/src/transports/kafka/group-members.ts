import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const POLL_MS = 200;

/** Waits until the group has no members, at most `limitMs`; the client ids of those that are left. */
export async function untilNoMembers(
  admin: Admin,
  groupId: string,
  limitMs: number,
): Promise<readonly string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { groups } = await admin.describeGroups([groupId]);
    const members = groups.flatMap((group) => group.members);
    if (members.length === 0 || Date.now() > deadline)
      return members.map(({ clientId, clientHost }) => `${clientId} at ${clientHost}`);
    await pause(POLL_MS);
  }
}
