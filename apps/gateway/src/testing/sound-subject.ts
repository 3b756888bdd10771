import { LiveSession } from '../use-cases/live-session.js';
import { SharedHistory } from '../use-cases/shared-history.js';
import type { LiveSubject } from './live-subject.js';

/** The sessions of the gateway as they are. */
export const sound: LiveSubject = {
  name: 'gateway',
  open: (options) => new LiveSession(options),
  history: (store) => new SharedHistory({ history: store, snapshots: store }),
};
