/**
 * What an error of the broker means to us.
 * - `passing`: the cluster or the group is moving; trying again helps, and is no news.
 * - `unavailable`: something is away that should be there; trying again helps when it is back.
 * - `message`: this message can never be taken.
 * - `denied`: we may not do that until somebody changes our rights.
 * - `settings`: it stays so until somebody changes our configuration or the broker's.
 */
export type BrokerErrorKind = 'passing' | 'unavailable' | 'message' | 'denied' | 'settings';

const names: Readonly<Record<BrokerErrorKind, readonly string[]>> = {
  passing: [
    ...['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'],
    ...['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'MEMBER_ID_REQUIRED'],
    ...['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_CONTROLLER'],
    ...['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE'],
    ...['UNSTABLE_OFFSET_COMMIT', 'CONCURRENT_TRANSACTIONS', 'PREFERRED_LEADER_NOT_AVAILABLE'],
  ],
  unavailable: [
    ...['UNKNOWN', 'UNKNOWN_TOPIC_OR_PARTITION', 'REQUEST_TIMED_OUT', 'NETWORK_EXCEPTION'],
    ...['BROKER_NOT_AVAILABLE', 'REPLICA_NOT_AVAILABLE', 'KAFKA_STORAGE_ERROR'],
    ...['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'CORRUPT_MESSAGE'],
    // A producer that is thrown away and made anew has another id and begins at zero.
    ...['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'],
    ...['INVALID_PRODUCER_ID_MAPPING', 'DUPLICATE_SEQUENCE_NUMBER', 'OFFSET_OUT_OF_RANGE'],
  ],
  message: [
    ...['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP'],
    ...['INVALID_TOPIC_EXCEPTION', 'UNSUPPORTED_COMPRESSION_TYPE'],
    ...['UNSUPPORTED_FOR_MESSAGE_FORMAT'],
  ],
  denied: [
    ...['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED'],
    ...['CLUSTER_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    ...['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE'],
    ...['SECURITY_DISABLED'],
  ],
  settings: [
    ...['INVALID_SESSION_TIMEOUT', 'INCONSISTENT_GROUP_PROTOCOL', 'INVALID_GROUP_ID'],
    ...['GROUP_MAX_SIZE_REACHED', 'FENCED_INSTANCE_ID', 'UNSUPPORTED_VERSION', 'INVALID_CONFIG'],
    ...['INVALID_REPLICATION_FACTOR', 'INVALID_PARTITIONS', 'POLICY_VIOLATION'],
    ...['INVALID_REQUIRED_ACKS', 'OFFSET_METADATA_TOO_LARGE', 'INVALID_REQUEST'],
  ],
};

const kinds = new Map(
  Object.entries(names).flatMap(([kind, list]) =>
    list.map((name) => [name, kind as BrokerErrorKind] as const),
  ),
);

/** What an error of kafkajs means; one that is not of the broker, or unknown, is `unavailable`. */
export function kindOf(error: unknown): BrokerErrorKind {
  return kinds.get(brokerErrorOf(error)) ?? 'unavailable';
}

/** The broker's own error, under what kafkajs wraps around it. */
export function brokerErrorOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause ?? firstOf(at)) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return '';
}

/** Of several topics kafkajs tells the failures together. */
function firstOf(error: Error): unknown {
  return 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined;
}
