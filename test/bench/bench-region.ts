import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

/** Zephyr with rows in the proportions of production: five of votes, three of the audit log, with their indexes. */
export async function startBenchRegion(votes: number): Promise<ZephyrRegion> {
  const zephyr = await startZephyr(votes);
  try {
    await zephyr.sql(`
INSERT INTO audit_logs
  SELECT n, json_build_object('vote', n, 'by', md5((n * 3)::text), 'from', '10.0.' || n % 250 || '.1', 'what', 'vote cast')::text,
         timestamptz '2025-03-02' + n * interval '1 second'
    FROM generate_series(1, ${Math.round(votes * 0.6)}) n;
CREATE INDEX audit_by_time ON audit_logs (created_at);
CREATE INDEX votes_by_time ON votes (created_at);
VACUUM ANALYZE`);
    return zephyr;
  } catch (error) {
    await zephyr.close();
    throw error;
  }
}

/** The time that work takes, in milliseconds, with what it gives. */
export async function measure<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - started };
}

export function median(values: readonly number[]): number {
  return Number([...values].sort((a, b) => a - b)[values.length >> 1]);
}
