import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth/auth.guard.js';
import { Authenticator, type AuthConfig } from './auth/authenticator.js';
import { CONFIG } from './config/config.js';
import { EdgeExceptionFilter } from './http/exception.filter.js';
import { RUNTIME, type Runtime } from './lifecycle/runtime.js';

export type ServiceConfig = Readonly<Record<string, unknown>>;

/** The root of a service: its module, and what every service has around it. */
@Module({})
export class ServiceModule {
  static register(module: Type, config: ServiceConfig, runtime: Runtime): DynamicModule {
    const auth: Provider[] =
      'AUTH_AUDIENCE' in config
        ? [
            {
              provide: Authenticator,
              useFactory: () => new Authenticator(config as unknown as AuthConfig),
            },
            { provide: APP_GUARD, useClass: AuthGuard },
          ]
        : [];
    return {
      module: ServiceModule,
      global: true,
      imports: [module],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: RUNTIME, useValue: runtime },
        { provide: APP_FILTER, useClass: EdgeExceptionFilter },
        ...auth,
      ],
      exports: [CONFIG, RUNTIME, ...(auth.length > 0 ? [Authenticator] : [])],
    };
  }
}
