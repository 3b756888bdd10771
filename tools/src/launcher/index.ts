// The launcher of `npm start`: servers and services of one mesh as child processes of this one.
// Start at launch.ts; environment.ts has the variables of every service.
export { createDatabases } from './databases.js';
export { LaunchError, type LaunchErrorCode } from './launch-error.js';
export type { Environment } from './environment.js';
export { Mesh, type LaunchOptions, type Replica } from './launch.js';
export { lockFolder } from './mesh-lock.js';
export { openTraceReceiver, type TraceReceiver } from './traces/receiver.js';
export { answers } from './probe.js';
export { readSettings, type Profile, type Settings } from './settings.js';
