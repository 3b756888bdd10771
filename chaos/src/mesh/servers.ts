import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '@mesh/tools/launcher';
import { startPostgres, type Postgres } from '@mesh/tools/postgres';
import { freePorts } from '@mesh/tools/servers/free-ports';
import { startKafka, type KafkaServer } from '@mesh/tools/servers/kafka';
import { startRabbitMq, type RabbitMqServer } from '@mesh/tools/servers/rabbitmq';
import { RestartableServer, type StartedServer } from '@mesh/tools/testing/restartable-server';

/** A server that faults stop, kill and freeze. */
export interface FaultyServer {
  readonly name: 'database' | 'kafka' | 'rabbitmq';
  readonly server: RestartableServer<StartedServer>;
}

/** The servers of one mesh under chaos, on loopback, each on a port that it keeps. */
export interface Servers {
  readonly all: readonly FaultyServer[];
  readonly postgres: RestartableServer<Postgres>;
  readonly kafka: RestartableServer<KafkaServer> | undefined;
  readonly rabbitmq: RestartableServer<RabbitMqServer> | undefined;
  readonly logFiles: readonly string[];
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL and, in the brokers profile, Kafka and RabbitMQ, with their data in the folder. */
export async function startServers(dir: string, profile: Profile): Promise<Servers> {
  const [databasePort = 0, amqpPort = 0] = await freePorts(2);
  mkdirSync(dir, { recursive: true });
  const started: FaultyServer[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ server }) => server.stop()));
  };
  const kept = <Started extends StartedServer>(
    name: FaultyServer['name'],
    server: RestartableServer<Started>,
  ): RestartableServer<Started> => {
    started.push({ name, server: server as unknown as RestartableServer<StartedServer> });
    return server;
  };
  // Nothing here takes the machine's power away: what a killed server wrote stays, forced to disk or not.
  const openPostgres = () =>
    startPostgres({ dataDir: join(dir, 'postgres'), port: databasePort, durable: false });
  const openKafka = (publicPort: number) =>
    startKafka({
      dataDir: join(dir, 'kafka'),
      settings: {
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${publicPort}`,
        'group.min.session.timeout.ms': '1000',
      },
    });
  const openRabbitMq = () => startRabbitMq({ dataDir: join(dir, 'rabbitmq'), port: amqpPort });
  try {
    const brokers = profile === 'brokers';
    const [postgres, kafka, rabbitmq] = await settled([
      RestartableServer.start(openPostgres).then((server) => kept('database', server)),
      brokers
        ? RestartableServer.start(openKafka).then((server) => kept('kafka', server))
        : undefined,
      brokers
        ? RestartableServer.start(openRabbitMq).then((server) => kept('rabbitmq', server))
        : undefined,
    ]);
    const logFiles = [
      join(dir, 'postgres.log'),
      ...(brokers ? [join(dir, 'kafka/kafka.log'), join(dir, 'rabbitmq/rabbitmq.log')] : []),
    ];
    return { all: started, postgres, kafka, rabbitmq, logFiles, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As Promise.all, and rejects only when nothing is on its way any more. */
async function settled<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
