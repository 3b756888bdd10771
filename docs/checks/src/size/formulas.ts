/** What a system has to carry. */
export interface Load {
  /** At its peak. */
  readonly eventsPerSecond: number;
  /** On the day's average. */
  readonly averagePerSecond: number;
  /** An event with its attributes. */
  readonly eventBytes: number;
  /** Of one event, with its transaction. */
  readonly handlerSeconds: number;
  readonly sockets: number;
  readonly updatesPerSecond: number;
}

export const GIB = 1024 ** 3;
export const DAY_SECONDS = 86_400;

/** Events that one process handles a second: its connections bound how many handlers run at once. */
export const handledByOne = (poolSize: number, concurrency: number, handlerSeconds: number) =>
  Math.min(poolSize, concurrency) / handlerSeconds;

/** Processes of a group for the peak, at 70% of what they can do. */
export const processes = (eventsPerSecond: number, each: number) =>
  Math.ceil(eventsPerSecond / (each * 0.7));

/** Partitions of a topic: twice the processes, so that the group can grow without new partitions. */
export const partitions = (members: number) => Math.max(6, members * 2);

/** Disk of a topic or of the embedded log. */
export const retained = (load: Load, keepSeconds: number, copies: number) =>
  load.averagePerSecond * load.eventBytes * keepSeconds * copies;

/** How long a broker may be away before the outbox refuses. */
export const outboxSeconds = (maxEvents: number, eventsPerSecond: number) =>
  maxEvents / eventsPerSecond;

/** Disk of an outbox that is full: a row is an event and some 300 bytes more. */
export const outboxBytes = (maxEvents: number, eventBytes: number) =>
  maxEvents * (eventBytes + 300);

/** Disk of the inbox: rows of 200 bytes, which go by slots of up to two days. */
export const inboxBytes = (load: Load, keepSeconds: number) =>
  load.averagePerSecond * (keepSeconds + 2 * DAY_SECONDS) * 200;

/** Deliveries that RabbitMQ hands over at once: it counts messages, so the largest one counts. */
export const prefetch = (windowBytes: number, largestBytes: number, count: number) =>
  Math.min(count, Math.floor(windowBytes / largestBytes));

/** Connections to a database: a pool a process, and up to five beside it for the relay, bells and health. */
export const connections = (replicas: number, poolSize: number) => replicas * (poolSize + 5);

/** Gateways for so many sockets: by connections, and by updates of which each costs CPU. */
export const gateways = (load: Load, maxConnections: number, microsecondsEach: number) =>
  Math.ceil(
    Math.max(load.sockets / maxConnections, (load.updatesPerSecond * microsecondsEach) / 1e6 / 0.7),
  );

/** Memory of one gateway for its sockets. */
export const socketBytes = (sockets: number, bytesEach: number) => sockets * bytesEach;
