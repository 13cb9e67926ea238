import { afterAll, beforeAll } from 'vitest';
import { createPostgresDataPlane, type PostgresDataPlane } from '../../src/local/index.js';
import type { DatabaseTarget } from '../../src/ports/postgres.js';
import { connectPostgres } from '../../src/postgres/index.js';

export const password = 'p:a\\s s\'w"örd';

/** A real server on loopback for one file of tests, with TLS and one database `zephyr` of a role `app`. */
export function useServer(): { target(changes?: Partial<DatabaseTarget>): DatabaseTarget; plane(): PostgresDataPlane } {
  let plane: PostgresDataPlane;
  let endpoint: { address: string; port: number };
  beforeAll(async () => {
    plane = await createPostgresDataPlane();
    endpoint = await plane.endpointFor('zephyr-test');
    await plane.create({
      resourceId: 'db-TEST',
      masterUsername: 'app',
      masterPassword: password,
      databaseName: 'zephyr',
    });
    await plane.start('db-TEST', endpoint);
  });
  afterAll(async () => {
    await plane?.close();
  });
  return {
    plane: () => plane,
    target: (changes) => ({
      host: endpoint.address,
      port: endpoint.port,
      database: 'zephyr',
      credentials: { user: 'app', password },
      tls: { mode: 'verify-full', ca: plane.caCertificate },
      applicationName: 'zephyr-test',
      ...changes,
    }),
  };
}

/** Runs statements in a session of its own. */
export async function run(
  target: DatabaseTarget,
  ...statements: string[]
): Promise<readonly Record<string, unknown>[]> {
  const session = await connectPostgres().sql.connect(target);
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) rows = await session.query(statement);
    return rows;
  } finally {
    await session.close();
  }
}
