import { createParamDecorator } from '@nestjs/common';
import { callContext } from '../context/call-context.js';
import type { Principal } from './principal.js';

/** The verified caller: `@Caller() caller: Principal`. On a `@Public()` handler it may be undefined. */
export const Caller = createParamDecorator((): Principal | undefined => callContext().principal);
