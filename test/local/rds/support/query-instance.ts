import type { Endpoint, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { describe } from './virtual-region.js';

/** Runs one statement on the real server of an instance; the column `value` of its first row. */
export async function queryInstance(rds: RDSClient, name: string, sql: string): Promise<unknown> {
  return queryEndpoint((await describe(rds, name)).Endpoint, sql);
}

/** The same where an instance is, or was. */
export async function queryEndpoint(endpoint: Endpoint | undefined, sql: string): Promise<unknown> {
  const { Address: host = '', Port: port = 0 } = endpoint ?? {};
  const where = { host, port, user: 'zephyr', password: 'correct horse', database: 'zephyr' };
  const client = new pg.Client({ ...where, ssl: { rejectUnauthorized: false } });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}
