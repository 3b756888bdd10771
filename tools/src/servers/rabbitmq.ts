import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from './find-command.js';
import { freePorts } from './free-ports.js';
import { startGuarded } from './guarded-process.js';
import { ServerError } from './server-error.js';
import { waitUntilListening } from './wait-until-listening.js';

export interface RabbitMqOptions {
  /** Made when it is not there; what it holds is still there at the next start. */
  readonly dataDir: string;
  /** @default any free port */
  readonly port?: number;
  /** A listener for TLS beside the plain one, on a free port. @default none */
  readonly tls?: RabbitMqTls;
  /** Plugins that come with RabbitMQ, by their names. @default none */
  readonly plugins?: readonly string[];
}

/** PEM files. Clients may show a certificate, and are then known by its common name. */
export interface RabbitMqTls {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Whether a client without a certificate is refused. @default false */
  readonly certificateRequired?: boolean;
}

export interface RabbitMqServer {
  /** For AMQP_URL. */
  readonly url: string;
  readonly port: number;
  /** The same over TLS, without credentials; null when there is no such listener. */
  readonly tlsUrl: string | null;
  readonly pid: number;
  /** Runs rabbitmqctl on this node. @throws Error with what it said */
  control(...args: readonly string[]): Promise<void>;
  /** Ends it in at most 10 s. Idempotent. */
  stop(): Promise<void>;
}

/** Says what is missing to run RabbitMQ here, or null. */
export function missingForRabbitMq(): string | null {
  return findCommand('rabbitmq-server') === null
    ? 'RabbitMQ needs rabbitmq-server (Debian: rabbitmq-server)'
    : null;
}

/**
 * Starts the installed RabbitMQ with a node name, port mapper, ports and data folder of its own, on
 * loopback only. It ends with this process, even by SIGKILL.
 * @throws ServerError SERVER_MISSING naming what to install, SERVER_FAILED with the end of its log
 */
export async function startRabbitMq(options: RabbitMqOptions): Promise<RabbitMqServer> {
  const command = serverScript();
  const folder = resolve(options.dataDir);
  const inFolder = (name: string) => join(folder, name);
  const [free = 0, distribution = 0, epmd = 0, tlsPort = 0] = await freePorts(4);
  const port = options.port ?? free;

  await mkdir(folder, { recursive: true });
  const { tls } = options;
  const conf = `${rabbitMqConf(port)}${tls === undefined ? '' : tlsConf(tlsPort, tls)}`;
  await writeFile(inFolder('rabbitmq.conf'), conf);
  const plugins = [
    ...(options.plugins ?? []),
    ...(tls === undefined ? [] : ['rabbitmq_auth_mechanism_ssl']),
  ];
  await writeFile(inFolder('enabled_plugins'), `[${plugins.join(',')}].\n`);

  const env = {
    HOME: folder,
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: 'mesh@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_CONFIG_FILE: inFolder('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('advanced.config'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
    RABBITMQ_MNESIA_BASE: inFolder('data'),
    RABBITMQ_LOG_BASE: inFolder('log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // Without its wrapping shell the script becomes the node: signals and the pid are the node's.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_START_ARGS: '-noinput',
  };
  const server = await startGuarded({
    name: 'RabbitMQ',
    // The port mapper runs in the foreground beside the node, so that it ends with it: `erl` would
    // start it as a daemon that outlives everybody.
    command: '/bin/sh',
    args: ['-c', 'epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" & exec "$1"', 'rabbitmq', command],
    env,
    logFile: inFolder('rabbitmq.log'),
    graceMs: 9000,
  });
  await waitUntilListening({ name: 'RabbitMQ', port, server, timeoutMs: 60_000 });
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    tlsUrl: tls === undefined ? null : `amqps://localhost:${tlsPort}`,
    pid: server.pid,
    control: async (...args) => {
      const script = join(dirname(command), 'rabbitmqctl');
      await promisify(execFile)(script, args, { env: { ...process.env, ...env } });
    },
    stop: () => server.stop(),
  };
}

/** Debian puts a script before the real one that insists on the user `rabbitmq` and its folders. */
function serverScript(): string {
  const found = findCommand('rabbitmq-server');
  if (found === null) throw new ServerError('SERVER_MISSING', missingForRabbitMq() ?? '');
  const beside = join(dirname(found), 'rabbitmq-server');
  return basename(found) !== 'rabbitmq-server' && existsSync(beside) ? beside : found;
}

function rabbitMqConf(port: number): string {
  return `listeners.tcp.1 = 127.0.0.1:${port}
log.console = true
log.console.level = warning
log.file = false
# A developer's full disk must not block a local broker earlier than the disk does.
disk_free_limit.absolute = 50MB
`;
}

function tlsConf(port: number, tls: RabbitMqTls): string {
  return `listeners.ssl.1 = 127.0.0.1:${port}
ssl_options.cacertfile = ${tls.caFile}
ssl_options.certfile = ${tls.certFile}
ssl_options.keyfile = ${tls.keyFile}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = ${tls.certificateRequired ?? false}
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = EXTERNAL
ssl_cert_login_from = common_name
`;
}
