import type { RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { describe } from '../rds/support/virtual-region.js';

/** Runs one statement on the instance of this name, as its master. */
export async function query(rds: RDSClient, name: string, sql: string): Promise<Record<string, unknown>[]> {
  const { Endpoint } = await describe(rds, name);
  const client = new pg.Client({
    host: Endpoint?.Address ?? '',
    port: Endpoint?.Port ?? 0,
    user: 'zephyr',
    password: 'correct horse',
    database: 'zephyr',
    ssl: false,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
