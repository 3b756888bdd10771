import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { callContext } from '../context/call-context.js';
import { AppError } from '../errors/app-error.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

const publicKey = 'mesh:public';
const rolesKey = 'mesh:roles';

/** No token is needed here. One that is sent along is verified all the same. */
export const Public = () => SetMetadata(publicKey, true);

/** The token must have one of the roles; FORBIDDEN otherwise. */
export const Roles = (...roles: readonly string[]) => SetMetadata(rolesKey, roles);

/**
 * Asks every gRPC and HTTP handler's caller for a valid token. Event handlers have no caller. Answers at once where the
 * token is known: each promise costs a busy edge a turn.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  /**
   * Leaves the caller in the call's context.
   * @throws AppError UNAUTHENTICATED without a valid token, unless the handler is {@link Public}; FORBIDDEN without
   * its {@link Roles}
   */
  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    if (!['http', 'rpc'].includes(execution.getType())) return true;
    const targets = [execution.getHandler(), execution.getClass()];
    const context = callContext();
    if (context.token === undefined) {
      if (this.reflector.getAllAndOverride<boolean>(publicKey, targets)) return true;
      throw new AppError('UNAUTHENTICATED', 'A bearer token is required');
    }
    const admit = (principal: Principal) => {
      context.principal = principal;
      const roles = this.reflector.getAllAndOverride<readonly string[] | undefined>(
        rolesKey,
        targets,
      );
      if (roles === undefined || roles.some((role) => principal.roles.includes(role))) return true;
      throw new AppError('FORBIDDEN', `This needs the role ${roles.join(' or ')}`);
    };
    const known = this.authenticator.known(context.token);
    return known ? admit(known) : this.authenticator.verify(context.token).then(admit);
  }
}
