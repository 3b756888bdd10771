export { root } from '../root.mjs';
