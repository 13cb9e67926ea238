import type { SqlSession } from '../ports/postgres.js';

/**
 * Works through `items` in their order on several sessions at once, one item a session at a time. After the first failure
 * no further item is begun, and it rejects with that failure when all sessions are idle again.
 */
export async function spreadOver<Item>(
  sessions: readonly SqlSession[],
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (session: SqlSession, item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const run = async (session: SqlSession): Promise<void> => {
    for (const item of rest) {
      if (failures.length > 0) return;
      try {
        signal?.throwIfAborted();
        await work(session, item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(sessions.map(run));
  if (failures.length > 0) throw failures[0];
}
