export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** A further way to the broker, beside the plain one. */
export interface KafkaListener {
  /** In capitals: `SECURE`. */
  readonly name: string;
  readonly protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
  readonly port: number;
  /** Settings of this listener: `ssl.keystore.location` … */
  readonly settings: Readonly<Record<string, string>>;
}

/** One node that is broker and controller, on loopback only. */
export function serverProperties(
  dataDir: string,
  ports: KafkaPorts,
  listeners: readonly KafkaListener[] = [],
): string {
  const more = (text: (listener: KafkaListener) => string) =>
    listeners.map((listener) => `,${text(listener)}`).join('');
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
listeners=PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}${more(({ name, port }) => `${name}://127.0.0.1:${port}`)}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports.broker}${more(({ name, port }) => `${name}://localhost:${port}`)}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${more(({ name, protocol }) => `${name}:${protocol}`)}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${dataDir}
num.partitions=6
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# The only member of a group need not wait for others.
group.initial.rebalance.delay.ms=0
# After SIGKILL the node is fenced until its old session ends: 9 s by default.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=300
# A topic's files are not allocated ahead: many small topics on a small disk.
log.index.size.max.bytes=1048576
${listeners.map(listenerProperties).join('')}`;
}

function listenerProperties({ name, settings }: KafkaListener): string {
  return Object.entries(settings)
    .map(([key, value]) => `listener.name.${name.toLowerCase()}.${key}=${value}\n`)
    .join('');
}

export const log4jProperties = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
`;
