// Embedded PostgreSQL for development and tests: a real server from npm's binaries, on loopback, ended with its parent.
// Start at start-postgres.ts. Not here: databases of the services, which the launcher makes.
export { PostgresError, type PostgresErrorCode } from './errors.js';
export { removeCluster } from './reachable-dir.js';
export { startPostgres, type Postgres, type PostgresOptions } from './start-postgres.js';
