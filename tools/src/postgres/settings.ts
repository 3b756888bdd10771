/** Server settings for a mesh on one machine: a few services with small pools, short transactions. */
const common = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '64MB',
  wal_level: 'logical',
  // One a service that relays by logical replication; what is kept for one that is not read is bounded.
  max_replication_slots: '100',
  max_wal_senders: '100',
  max_slot_wal_keep_size: '4GB',
  max_wal_size: '512MB',
  checkpoint_completion_target: '0.9',
  // Short queries in great number: compiling them costs more than it saves.
  jit: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** For tests, which throw their data away: nothing is forced to disk. What was committed survives the server's death, not the machine's. */
const throwaway = {
  fsync: 'off',
  full_page_writes: 'off',
};

/** Command line of the settings; `extra` wins. */
export function serverArguments(
  durable: boolean,
  extra: Readonly<Record<string, string>> = {},
): string[] {
  const settings = { ...common, ...(durable ? {} : throwaway), ...extra };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
