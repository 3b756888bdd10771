import { typeErrors } from './checks/type-errors.js';
import { root } from './root.js';

const errors = typeErrors(root);
if (errors !== '') {
  console.log(errors);
  process.exit(1);
}
