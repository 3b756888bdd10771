import { Module } from '@nestjs/common';
import { EdgeModule } from './edge.module.js';
import { features } from './features.js';

@Module({ imports: [EdgeModule.serving(features)] })
export class GatewayModule {}
