import { isBackupError } from '../../core/errors.js';
import type { DataPlanePlace } from '../data-plane/data-plane.js';
import { createPostgresDataPlane, type PostgresDataPlane } from '../data-plane/postgres-data-plane.js';
import type { LocalRegion } from '../local-region.js';
import { createRedisDataPlane } from '../redis-plane/redis-data-plane.js';
import { startLocalRegion } from '../start-local-region.js';
import { type CommandArguments, readArguments, usage } from './read-arguments.js';

/** What the command has of its process. */
export interface CommandSurroundings {
  /** For what other programs read. */
  readonly print: (text: string) => void;
  /** For what people read. */
  readonly tell: (text: string) => void;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** Runs the command; the number is what the process exits with: 0, 1 for what failed, 2 for a command line that cannot be. */
export async function runCommand(
  given: readonly string[],
  { print, tell, signal }: CommandSurroundings,
): Promise<number> {
  let asked: CommandArguments;
  try {
    asked = readArguments(given);
  } catch (error) {
    tell(explain(error));
    return 2;
  }
  if (asked.help) {
    print(usage);
    return 0;
  }
  try {
    let plane: PostgresDataPlane | undefined;
    const openPlane = async (place: DataPlanePlace): Promise<PostgresDataPlane> => {
      plane = await createPostgresDataPlane({ ...place, signal });
      return plane;
    };
    const region = await startLocalRegion({
      port: asked.port,
      region: asked.region,
      accountId: asked.accountId,
      directory: asked.directory,
      ...(asked.dataPlane ? { dataPlane: openPlane } : {}),
      ...(asked.cachePlane ? { cachePlane: (place) => createRedisDataPlane({ ...place, signal }) } : {}),
    });
    try {
      for (const bucket of asked.buckets) region.s3.createBucket(bucket);
      print(asked.json ? describeAsJson(region, plane?.caCertificate) : describeForShell(region));
      tell(`The local region ${region.region} is at ${region.endpoint}. Interrupt to end it.\n`);
      await aborted(signal);
    } finally {
      await region.close();
    }
    return 0;
  } catch (error) {
    // Interrupted while it was starting: that is what was asked for.
    if (signal.aborted && error === signal.reason) return 0;
    tell(explain(error));
    return isBackupError(error, 'invalid-input') ? 2 : 1;
  }
}

function describeForShell({ environment }: LocalRegion): string {
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  return lines.join('');
}

function describeAsJson({ endpoint, region, accountId, environment }: LocalRegion, caCertificate?: string): string {
  return `${JSON.stringify({ endpoint, region, accountId, environment, caCertificate })}\n`;
}

function quoted(value: string): string {
  return /^[\w:/.@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function explain(error: unknown): string {
  if (isBackupError(error)) return `zephyr-local-region: ${error.message}\n${error.hint}\n`;
  return `zephyr-local-region: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
