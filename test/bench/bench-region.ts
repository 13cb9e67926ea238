import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectAws } from '../../src/aws/index.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

/** Zephyr's production, with an S3 that is reached as S3 is: it runs in no process that is measured. */
export interface BenchRegion extends ZephyrRegion {
  /** For programs that talk to that S3. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Zephyr with rows in the proportions of production: five of votes, three of the audit log, with their indexes. */
export async function startBenchRegion(votes: number): Promise<BenchRegion> {
  const s3 = await startS3();
  const zephyr = await startZephyr(votes).catch(async (error: unknown) => {
    await s3.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await zephyr.close();
    await s3.close();
  };
  try {
    await zephyr.sql(`
INSERT INTO audit_logs
  SELECT n, json_build_object('vote', n, 'by', md5((n * 3)::text), 'from', '10.0.' || n % 250 || '.1', 'what', 'vote cast')::text,
         timestamptz '2025-03-02' + n * interval '1 second'
    FROM generate_series(1, ${Math.round(votes * 0.6)}) n;
CREATE INDEX audit_by_time ON audit_logs (created_at);
CREATE INDEX votes_by_time ON votes (created_at);
VACUUM ANALYZE`);
    const credentials = zephyr.region.credentials;
    const { objectStore } = connectAws({ region: zephyr.system.aws.region, endpoint: s3.endpoint, credentials });
    const system = zephyr.systemWith({ aws: { ...zephyr.system.aws, objectStore } });
    return { ...zephyr, system, environment: { ...zephyr.region.environment, ...s3.environment }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An S3 in a process of its own. */
export interface SeparateS3 {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

export async function startS3(): Promise<SeparateS3> {
  const program = fileURLToPath(new URL('../../bin/zephyr-local-region.ts', import.meta.url));
  const args = ['--import', 'tsx', program, '--json', '--bucket', 'zephyr-backups'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), exited]);
  const { endpoint, environment } = JSON.parse(String(line));
  return {
    endpoint,
    environment,
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
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
