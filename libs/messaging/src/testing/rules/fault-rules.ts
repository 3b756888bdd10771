import type { Rule } from '../rule.js';
import {
  blackHoleLosesNothing,
  latePacketsLoseNothing,
  resetsLoseNothing,
  slowNetworkLosesNothing,
} from './network-faults.js';
import { blockedServerPushesBack } from './server-block.js';
import { confirmedSurvivesSigkill, consumersSurviveSigkill } from './server-kill.js';
import { restartLosesNothing } from './server-restart.js';

/** Of the server itself, in process or over the network. */
export const serverRules: readonly Rule[] = [
  restartLosesNothing,
  confirmedSurvivesSigkill,
  blockedServerPushesBack,
  consumersSurviveSigkill,
];

/** Of what is between a transport and its server. */
export const networkRules: readonly Rule[] = [
  slowNetworkLosesNothing,
  resetsLoseNothing,
  blackHoleLosesNothing,
  latePacketsLoseNothing,
];

/** Those that need servers of their own to be stopped, killed, blocked and cut off. */
export const faultRules: readonly Rule[] = [...serverRules, ...networkRules];
