import { signal } from '@preact/signals';
import { connectLive, type LiveClient, type LiveState } from '@mesh/live-client';
import { alert, withdraw } from './alert.js';
import { handsOutTokens, signIn, token, useToken } from './session.js';

export const connection = signal<LiveState>({ phase: 'idle', attempt: 0 });
/** Undefined until somebody is signed in; another one once the token changes. */
export const liveClient = signal<LiveClient | undefined>(undefined);

/** Connects with the token of now; who follows the client subscribes anew. */
export function goLive(): void {
  liveClient.value?.close();
  const opened = connectLive({
    token: ({ reason }) => (reason === 'connect' && token.value ? token.value : signIn()),
    reconnect: { minMs: 300, maxMs: 3_000 },
  });
  // Before its first state: who follows the connection may ask for the client.
  liveClient.value = opened;
  opened.onState((state) => {
    connection.value = state;
    if (tokenEnded(state) && handsOutTokens.value === false) {
      useToken('');
      alert.value = 'Your token has ended or is refused. Sign in with a new one.';
    }
    if (state.phase === 'live') withdraw();
  });
}

const tokenEnded = ({ phase, error }: LiveState): boolean =>
  phase !== 'live' && (error?.code === 'UNAUTHENTICATED' || error?.code === 'TOKEN_EXPIRED');
