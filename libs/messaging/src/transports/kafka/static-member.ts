import { createRequire } from 'node:module';

/** Makes a request of an API, in the version that both sides know. */
type Lookup = (apiKey: unknown, definition: unknown) => (fields: object) => unknown;

interface Broker {
  readonly lookupRequest: Lookup;
}

interface Cluster {
  findGroupCoordinator(of: object): Promise<Broker>;
}

interface ConsumerGroup {
  readonly assigners: readonly { readonly groupInstanceId?: string }[];
  readonly cluster: Cluster;
  memberId: string | null;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

const require = createRequire(import.meta.url);
const { prototype } = require('kafkajs/src/consumer/consumerGroup') as {
  prototype: ConsumerGroup;
};

/**
 * kafkajs 2.2.4 can write `group_instance_id` into its requests (JoinGroup 5, SyncGroup 3, Heartbeat
 * 3), but nobody hands it one. Here an assigner may have a `groupInstanceId`: the coordinator that
 * such a group talks to is then seen through one that adds it, and the group never says that it
 * leaves. Each consumer has a client, and with it a cluster, of its own.
 * @see https://cwiki.apache.org/confluence/display/KAFKA/KIP-345
 */
function joinAsStaticMember(group: ConsumerGroup): void {
  const { joinAndSync, leave } = group;
  const known = new WeakSet<Cluster>();
  group.joinAndSync = function () {
    const instanceId = instanceIdOf(this);
    if (instanceId !== undefined && !known.has(this.cluster)) {
      known.add(this.cluster);
      addInstanceId(this.cluster, instanceId);
    }
    return joinAndSync.call(this);
  };
  group.leave = async function () {
    if (instanceIdOf(this) === undefined) return leave.call(this);
    this.memberId = null;
  };
}

function addInstanceId(cluster: Cluster, groupInstanceId: string): void {
  const { findGroupCoordinator } = cluster;
  cluster.findGroupCoordinator = async (of) => {
    const broker = await findGroupCoordinator.call(cluster, of);
    const lookupRequest: Lookup = (apiKey, definition) => {
      const requestOf = broker.lookupRequest(apiKey, definition);
      return (fields) => requestOf({ ...fields, groupInstanceId });
    };
    return Object.create(broker, { lookupRequest: { value: lookupRequest } }) as Broker;
  };
}

function instanceIdOf({ assigners }: ConsumerGroup): string | undefined {
  return assigners.find((assigner) => assigner.groupInstanceId !== undefined)?.groupInstanceId;
}

joinAsStaticMember(prototype);
