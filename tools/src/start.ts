import { readArguments } from './arguments.js';
import { LaunchError, Mesh, readSettings } from './launcher/index.js';
import { PostgresError } from './postgres/index.js';
import { onStop } from './processes/on-stop.js';

const help = `npm start                 the mesh: PostgreSQL and four services, data in .mesh/
npm start -- --fresh      the same, without the data of earlier runs
npm start -- --replicas 2 two processes of every service, which share the work; their addresses are in
                          MESH_DIR/replicas.json

  PORT=3000               of the page and the API; the next free one when it is taken; 0 for any
  HOST=127.0.0.1          where the gateway listens; with 0.0.0.0 other machines reach the page and the API,
                          and anyone who does gets a token of any customer
  MESH_DIR=.mesh          data, keys, mailbox, logs; one mesh at a time in a folder
  MESH_PROFILE=embedded   or brokers: events over the Kafka of KAFKA_BROKERS and the RabbitMQ of AMQP_URL,
                          which \`npm run servers\` starts
  DATABASE_URL            a PostgreSQL of your own, as a user who may create databases

Other variables go to the services (LOG_LEVEL, SMTP_URL, …). Ctrl-C stops everything.`;

const {
  fresh,
  help: helpAsked,
  replicas,
  wrong,
} = readArguments(process.argv.slice(2), process.env, { replicated: true });
if (helpAsked || wrong) {
  if (wrong) console.error(`${wrong}\n\n${help}`);
  else console.log(help);
  process.exit(wrong ? 2 : 0);
}

const say = (line: string) => console.log(line);
let mesh: Mesh | undefined;
let finishing = false;
onStop(
  () => {
    say('Stopping (again to stop at once)');
    void finish(0);
  },
  () => mesh?.kill(),
);

try {
  mesh = new Mesh({
    settings: readSettings(process.env, replicas),
    fresh,
    say,
    onFault: fail,
  });
  await mesh.start();
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const expected = error instanceof LaunchError || error instanceof PostgresError;
  console.error(expected ? error.message : error);
  void finish(1);
}

async function finish(code: number): Promise<void> {
  if (finishing) return;
  finishing = true;
  await mesh?.stop();
  say('Stopped');
  process.exit(code);
}
