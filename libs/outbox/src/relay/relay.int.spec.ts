// Begins early: takes 80 s.
import { pollingRelay } from '../testing/polling-relay.js';
import { relaySuite } from '../testing/relay-suite.js';

relaySuite(pollingRelay);
