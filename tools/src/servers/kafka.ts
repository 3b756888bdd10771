import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.js';
import { startGuarded } from './guarded-process.js';
import { log4jProperties, serverProperties, type KafkaListener } from './kafka-config.js';
import { kafkaJars } from './kafka-jars.js';
import { ServerError } from './server-error.js';
import { waitUntilListening } from './wait-until-listening.js';

export interface KafkaOptions {
  /** Made when it is not there; what it holds is still there at the next start. */
  readonly dataDir: string;
  /** @default any free port */
  readonly port?: number;
  /** More server settings, or others than ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Ways to the broker beside the plain one, known as `localhost`, each on a free port. @default none */
  readonly listeners?: readonly Omit<KafkaListener, 'port'>[];
  /** Made with the data: `SCRAM-SHA-256=[name=…,password=…]`. @default none */
  readonly scramUsers?: readonly string[];
  /** Of the Java machine. @default none */
  readonly systemProperties?: Readonly<Record<string, string>>;
}

export interface KafkaServer {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  readonly port: number;
  /** The same for a further listener, by its name. */
  readonly listeners: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Ends it in at most 10 s. Idempotent. */
  stop(): Promise<void>;
}

export { haveKafkaJars, missingForKafka } from './kafka-jars.js';

const clusterId = 'q1Sh-9_ISia_zwGINzRvyQ';

/**
 * Starts a Kafka broker (KRaft, one node, loopback only) that ends with this process, even by SIGKILL.
 * @throws ServerError SERVER_MISSING naming what to install, SERVER_FAILED with the end of its log
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const jars = await kafkaJars();
  const folder = resolve(options.dataDir);
  const inFolder = (name: string) => join(folder, name);
  const wanted = options.listeners ?? [];
  const [free = 0, controller = 0, ...more] = await freePorts(2 + wanted.length);
  const port = options.port ?? free;
  const listeners = wanted.map((listener, index) => ({ ...listener, port: more[index] ?? 0 }));

  await mkdir(folder, { recursive: true });
  await writeFile(inFolder('log4j2.properties'), log4jProperties);
  await writeFile(
    inFolder('server.properties'),
    serverProperties(inFolder('data'), { broker: port, controller }, listeners) +
      linesOf(options.settings),
  );

  const java = (heap: string, main: string, ...args: string[]) => [
    // A short-lived broker on few cores: start and idle cost matter more than its top speed.
    ...[heap, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
    `-Dlog4j2.configurationFile=${inFolder('log4j2.properties')}`,
    ...Object.entries(options.systemProperties ?? {}).map(([name, value]) => `-D${name}=${value}`),
    ...['-cp', join(jars, '*'), main, ...args],
  ];
  if (!existsSync(inFolder('data/meta.properties'))) {
    const format = [
      'format',
      '-t',
      clusterId,
      '-c',
      inFolder('server.properties'),
      '--ignore-formatted',
      ...(options.scramUsers ?? []).flatMap((user) => ['--add-scram', user]),
    ];
    await promisify(execFile)('java', java('-Xmx128m', 'kafka.tools.StorageTool', ...format)).catch(
      (cause: unknown) => {
        throw new ServerError(
          'SERVER_FAILED',
          `Kafka could not format ${folder}: ${String(cause)}`,
          { cause },
        );
      },
    );
  }

  const server = await startGuarded({
    name: 'Kafka',
    command: 'java',
    args: java('-Xmx512m', 'kafka.Kafka', inFolder('server.properties')),
    logFile: inFolder('kafka.log'),
    graceMs: 9000,
  });
  await waitUntilListening({ name: 'Kafka', port, server, timeoutMs: 60_000 });
  return {
    brokers: `127.0.0.1:${port}`,
    listeners: Object.fromEntries(listeners.map((one) => [one.name, `localhost:${one.port}`])),
    port,
    pid: server.pid,
    stop: () => server.stop(),
  };
}

/** The last of two lines with one name counts. */
function linesOf(settings: Readonly<Record<string, string>> = {}): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
