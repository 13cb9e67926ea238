import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';
import { startTemporaryPostgres, type TemporaryPostgres } from '../checks/temporary-postgres.js';

let server: TemporaryPostgres;
let archive: Buffer;
const { tools } = connectPostgres();

beforeAll(async () => {
  server = await startTemporaryPostgres();
  const database = await server.createDatabase();
  await server.sql(database, 'CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g');
  const target = {
    host: '127.0.0.1',
    port: server.port,
    database,
    credentials: { user: 'postgres', password: 'x' },
    tls: { mode: 'off' as const },
    applicationName: 'zephyr-backup',
  };
  archive = await buffer(
    tools.dump(target, { compression: { method: 'gzip', level: 1 }, lockTimeoutMilliseconds: 10_000 }),
  );
});
afterAll(() => server?.stop());

describe('decoding an archive', () => {
  it('passes a whole one, and lists its tables with their definitions', async () => {
    await expect(tools.decode(Readable.from([archive]))).resolves.toBeUndefined();
    const { tables, definitions } = await tools.contents(Readable.from([archive]));
    expect({ tables, definitions }).toEqual({ tables: ['public.t'], definitions: ['public.t'] });
  });

  it('finds a cut that listing does not', async () => {
    const cut = archive.subarray(0, archive.length - 1);
    expect((await tools.contents(Readable.from([cut]))).tables).toEqual(['public.t']);
    await expect(tools.decode(Readable.from([cut]))).rejects.toMatchObject({ code: 'dump-corrupt' });
  });

  it('rejects with the stream’s own error, and with the reason when aborted', async () => {
    const broken = new PassThrough();
    const decoding = tools.decode(broken);
    broken.write(archive.subarray(0, 1_000));
    broken.destroy(new Error('the store is gone'));
    await expect(decoding).rejects.toThrow('the store is gone');
    const stop = new AbortController();
    const waiting = new PassThrough();
    const stopped = tools.decode(waiting, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect(waiting.destroyed).toBe(true);
  });

  it('finds no program in an empty directory', async () => {
    const nowhere = connectPostgres({ binDirectory: '/nowhere' }).tools;
    await expect(nowhere.decode(Readable.from([archive]))).rejects.toMatchObject({ code: 'postgres-tool-missing' });
  });
});
