import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@mesh/tools/servers/kafka';
import { startRabbitMq } from '@mesh/tools/servers/rabbitmq';
import { Mesh } from '@mesh/tools/testing/mesh';
import type { BenchOptions } from './options.js';

/** Runs `work` against a mesh of its own, in the asked profile, and stops everything afterwards. */
export async function withMesh(
  { profile }: BenchOptions,
  work: (mesh: Mesh) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-bench-'));
  const stops: (() => Promise<void>)[] = [];
  const env: Record<string, string> = { MESH_PROFILE: profile };
  try {
    if (profile === 'brokers') {
      const [kafka, rabbit] = await Promise.all([
        startKafka({ dataDir: join(folder, 'kafka') }),
        startRabbitMq({ dataDir: join(folder, 'rabbitmq') }),
      ]);
      stops.push(
        () => kafka.stop(),
        () => rabbit.stop(),
      );
      Object.assign(env, { KAFKA_BROKERS: kafka.brokers, AMQP_URL: rabbit.url });
    }
    const mesh = await Mesh.start({ env });
    stops.unshift(() => mesh.stop());
    await work(mesh);
  } finally {
    for (const stop of stops) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
