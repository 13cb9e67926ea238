export type { PostgresPorts } from '../ports/postgres.js';
export { connectPostgres, type PostgresOptions } from './connect-postgres.js';
