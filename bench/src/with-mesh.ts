import { Mesh } from '@mesh/tools/testing/mesh';
import type { BenchOptions } from './options.js';
import { Servers } from './servers.js';

/** Nothing is measured that is not asked for. */
const withoutTraces = { OTEL_SDK_DISABLED: 'true' };

/** Runs `work` against a mesh of its own, in the asked profile, and stops everything afterwards. */
export async function withMesh(
  { profile }: BenchOptions,
  work: (mesh: Mesh) => Promise<unknown>,
  tracing: Readonly<Record<string, string>> = withoutTraces,
): Promise<void> {
  await Servers.use(async (servers) => {
    const env: Record<string, string> = { MESH_PROFILE: profile, ...tracing };
    if (profile === 'brokers') {
      [env['KAFKA_BROKERS'], env['AMQP_URL']] = await Promise.all([
        servers.kafka(),
        servers.rabbitMq(),
      ]);
    }
    const mesh = await Mesh.start({ env });
    servers.before(() => mesh.stop());
    await work(mesh);
  });
}
