export { connectPostgres } from './connect-postgres.js';
