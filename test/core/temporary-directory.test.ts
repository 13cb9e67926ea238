import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryDirectory, sweepTemporaryDirectories } from '../../src/core/temporary-directory.js';

let place: string;
const before = process.env.TMPDIR;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'zephyr-test-'));
  process.env.TMPDIR = place;
});
afterEach(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await rm(place, { recursive: true });
});

/** The id of a process that is gone. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}

async function leave(name: string, age: number): Promise<string> {
  const path = await mkdtemp(join(place, name));
  await writeFile(join(path, 'password'), 'secret');
  const at = new Date(Date.now() - age);
  await utimes(path, at, at);
  return path;
}

const hour = 3_600_000;
const anHourAgo = (): Date => new Date(Date.now() - hour);

describe('a temporary directory', () => {
  it('is this user’s alone, and gone when it is removed, also twice', async () => {
    const { path, remove } = await makeTemporaryDirectory('postgres');
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await writeFile(join(path, 'password'), 'secret');
    await remove();
    await remove();
    expect(await readdir(place)).toEqual([]);
  });
});

describe('a sweep of them', () => {
  it('removes what processes that are gone have left, and nothing else', async () => {
    const pid = await deadPid();
    const dead = [await leave(`zephyr-archive-${pid}-`, 2 * hour), await leave(`zephyr-postgres-${pid}-`, 2 * hour)];
    const young = await leave(`zephyr-postgres-${pid}-`, 0);
    const strange = await leave(`zephyr-other-${pid}-`, 2 * hour);
    const { path: own } = await makeTemporaryDirectory('archive');
    await utimes(own, anHourAgo(), anHourAgo());
    const init = await leave('zephyr-postgres-1-', 2 * hour);
    await symlink(strange, join(place, `zephyr-postgres-${pid}-abcdef`));
    expect(await sweepTemporaryDirectories(anHourAgo())).toEqual(dead);
    const left = (await readdir(place)).map((name) => join(place, name));
    expect(left.sort()).toEqual([young, strange, own, init, join(place, `zephyr-postgres-${pid}-abcdef`)].sort());
    expect(await readdir(strange)).toEqual(['password']);
    expect(await sweepTemporaryDirectories(anHourAgo())).toEqual([]);
  });

  it('finds what a process left that was killed while it had one', async () => {
    const script = `
      const { mkdtempSync, writeFileSync, utimesSync } = require('node:fs');
      const path = mkdtempSync(process.env.TMPDIR + '/zephyr-postgres-' + process.pid + '-');
      writeFileSync(path + '/password', 'secret');
      utimesSync(path, 0, 0);
      console.log(path);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [path] = (await once(child.stdout, 'data')).map((chunk) => String(chunk).trim());
    expect(await sweepTemporaryDirectories(anHourAgo())).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await sweepTemporaryDirectories(anHourAgo())).toEqual([path]);
  });

  it('stops at an abort', async () => {
    await leave(`zephyr-postgres-${await deadPid()}-`, 2 * hour);
    await expect(sweepTemporaryDirectories(anHourAgo(), AbortSignal.abort('no'))).rejects.toBe('no');
    expect(await readdir(place)).toHaveLength(1);
  });
});
