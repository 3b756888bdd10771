import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AppError, Authenticator, CONFIG, Public, ValidBody } from '@mesh/service-kit';
import type { z } from 'zod';
import type { Config } from '../config.js';
import { bounded } from './bounded-schema.js';
import { devTokenBody } from './dev-token.api.js';

/** Signs anybody in as anybody, in development only; elsewhere there is nothing here. */
@Controller('dev/token')
export class DevTokenHttpController {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @Public()
  @HttpCode(200)
  async sign(
    @ValidBody(bounded(devTokenBody)) body: z.output<typeof devTokenBody>,
  ): Promise<{ readonly token: string }> {
    if (this.config.AUTH_DEV_KEY_FILE === undefined) {
      throw new AppError('NOT_FOUND', 'There is nothing at /dev/token');
    }
    return { token: await this.authenticator.sign(body.customerId, body.roles ?? ['customer']) };
  }
}
