export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** One node that is broker and controller, on loopback only. */
export function serverProperties(dataDir: string, ports: KafkaPorts): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
listeners=PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports.broker}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
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
`;
}

export const log4jProperties = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
`;
