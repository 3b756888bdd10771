/** Server settings for a mesh on one machine: a few services with small pools, short transactions. */
const common = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '64MB',
  wal_level: 'logical',
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
