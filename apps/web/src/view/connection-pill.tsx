import type { LiveState } from '@mesh/live-client';
import { connection } from '../state/live.js';

export const phaseWords: Readonly<Record<LiveState['phase'], string>> = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  live: 'Live',
  waiting: 'Connection lost, trying again',
  offline: 'Your device is offline',
  suspended: 'Cut by you',
  closed: 'Closed',
};

export function ConnectionPill() {
  const { phase } = connection.value;
  return (
    <span class="pill" data-phase={phase} role="status" data-testid="connection">
      {phaseWords[phase]}
    </span>
  );
}
