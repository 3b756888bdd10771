// Begins early: takes 100 s.
import { logicalRelay } from '../testing/logical-relay.js';
import { relaySuite } from '../testing/relay-suite.js';

relaySuite(logicalRelay);
