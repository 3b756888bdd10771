import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.js';
import { LaunchError } from './launcher/launch-error.js';
import { lockFolder } from './launcher/mesh-lock.js';
import { nextFreePort } from './processes/next-free-port.js';
import { onStop } from './processes/on-stop.js';
import { root } from './root.js';
import { freePorts } from './servers/free-ports.js';
import { haveKafkaJars, startKafka } from './servers/kafka.js';
import { startRabbitMq } from './servers/rabbitmq.js';
import { ServerError } from './servers/server-error.js';

const help = `npm run servers               Kafka and RabbitMQ for MESH_PROFILE=brokers, data in .mesh/servers
npm run servers -- --fresh    the same, without the data of earlier runs

Needs Java, Maven and rabbitmq-server. Ctrl-C stops both. With Docker: docker compose up --wait kafka rabbitmq postgres`;

const { fresh, help: helpAsked, wrong } = readArguments(process.argv.slice(2), process.env);
if (helpAsked || wrong) {
  if (wrong) console.error(`${wrong}\n\n${help}`);
  else console.log(help);
  process.exit(wrong ? 2 : 0);
}

const dir = join(root, '.mesh', 'servers');
const say = (line: string) => console.log(line);
const refuse = (pid: number) =>
  new LaunchError(
    'ALREADY_RUNNING',
    `The servers already run (process ${pid}): use those, or stop them: kill ${pid}`,
  );
const stops: (() => Promise<void>)[] = [];
let finishing = false;
onStop(() => {
  say('Stopping');
  void finish(0);
});

try {
  const unlock = await lockFolder(dir, { say, refuse });
  stops.push(async () => unlock());
  if (fresh) {
    for (const name of ['kafka', 'rabbitmq'])
      rmSync(join(dir, name), { recursive: true, force: true });
  }
  const ports = await choosePorts();
  say(
    `Starting Kafka and RabbitMQ${haveKafkaJars() ? '' : ' (this first time, Maven fetches 43 MB)'}`,
  );
  const [kafka, rabbitmq] = await Promise.all([
    startKafka({ dataDir: join(dir, 'kafka'), port: ports.kafka }).then(kept),
    startRabbitMq({ dataDir: join(dir, 'rabbitmq'), port: ports.rabbitmq }).then(kept),
  ]);
  say(`Kafka listens on ${kafka.brokers}, RabbitMQ on ${rabbitmq.url}. Start the mesh on them:\n`);
  say(`MESH_PROFILE=brokers KAFKA_BROKERS=${kafka.brokers} AMQP_URL=${rabbitmq.url} npm start\n`);
} catch (error) {
  const expected = error instanceof LaunchError || error instanceof ServerError;
  console.error(expected ? error.message : error);
  await finish(1);
}

function kept<Server extends { stop(): Promise<void> }>(server: Server): Server {
  stops.unshift(() => server.stop());
  return server;
}

/** Those of the last time when they are free: a mesh that runs meanwhile finds the servers again. */
async function choosePorts(): Promise<{ kafka: number; rabbitmq: number }> {
  const file = join(dir, 'ports.json');
  const [kafka = 0, rabbitmq = 0] = await freePorts(2);
  const last = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { kafka: number; rabbitmq: number })
    : { kafka, rabbitmq };
  const ports = {
    kafka: await nextFreePort(last.kafka),
    rabbitmq: await nextFreePort(last.rabbitmq),
  };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

async function finish(code: number): Promise<void> {
  if (finishing) return;
  finishing = true;
  for (const stop of stops) await stop();
  process.exit(code);
}
