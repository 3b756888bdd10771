import { connection } from '../state/live.js';
import { customer } from '../state/session.js';

const words = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
};

export function ConnectionState() {
  return (
    <div class="who">
      <span class={`pill ${connection.value}`} role="status" data-testid="connection">
        {words[connection.value]}
      </span>
      <span class="quiet">You are {customer}</span>
    </div>
  );
}
