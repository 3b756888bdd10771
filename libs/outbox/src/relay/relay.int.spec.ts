import { relaySuite } from '../testing/relay-suite.js';
import { startRelay } from '../testing/start-relay.js';

relaySuite({ name: 'Relay', start: startRelay });
