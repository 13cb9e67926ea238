import type { PostgresPorts } from '../ports/postgres.js';

/**
 * The one place where the front door reaches an adapter: loaded when the first connection is made, so that importing the
 * root costs nothing of it.
 */
export async function loadPostgres(): Promise<PostgresPorts> {
  const { connectPostgres } = await import('../postgres/index.js');
  return connectPostgres();
}
