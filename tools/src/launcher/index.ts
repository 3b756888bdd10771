// The launcher of `npm start`: servers and services of one mesh as child processes of this one.
// Start at launch.ts; environment.ts has the variables of every service.
export { LaunchError, type LaunchErrorCode } from './launch-error.js';
export { Mesh, type LaunchOptions } from './launch.js';
export { readSettings, type Settings } from './settings.js';
