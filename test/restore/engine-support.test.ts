import { describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import { engineWarnings, findEngineSupport } from '../../src/restore/instance/engine-support.js';
import { createFakeRds } from './fake-rds.js';

const version = { engine: 'postgres', engineVersion: '14.7' };

/** What a plan says where RDS answers like this. */
async function saidOf(answer: () => Promise<string | undefined>, signal?: AbortSignal) {
  const port = {
    ...createFakeRds({ now: () => new Date(0), sleep: async () => {} }).port,
    engineVersionStatus: answer,
  };
  return engineWarnings(await findEngineSupport(port, version, { signal }), 'restore a dump');
}

describe('a version that data is of', () => {
  it('is not mentioned where RDS offers it, nor where nobody knows it', async () => {
    expect(await saidOf(async () => 'available')).toEqual([]);
    expect(engineWarnings(undefined, 'restore a dump')).toEqual([]);
  });

  it.each([
    ['deprecated', 'postgres 14.7 is deprecated in RDS'],
    [undefined, 'postgres 14.7 is not among the versions of RDS any more'],
  ])('is told of where its status is %s, with the way out', async (status, beginning) => {
    const [warning, ...others] = await saidOf(async () => status);
    expect(others).toEqual([]);
    expect(warning).toEqual({
      code: 'engine-version-not-offered',
      message: `${beginning}: the restore may be refused, or come out as a newer version; restore a dump`,
    });
  });

  it('keeps nobody from planning where RDS may not be asked', async () => {
    const denied = new BackupError({ code: 'access-denied', message: 'not allowed to look', hint: 'x' });
    expect(await saidOf(() => Promise.reject(denied))).toMatchObject([
      { message: 'whether RDS still offers postgres 14.7 is not known: not allowed to look' },
    ]);
  });

  it('is not guessed at where something else is wrong, or the caller has given up', async () => {
    await expect(saidOf(() => Promise.reject(new TypeError('a slip')))).rejects.toThrow('a slip');
    const aborted = AbortSignal.abort(new Error('given up'));
    const cut = new BackupError({ code: 'throttled', message: 'cut', hint: 'x' });
    await expect(saidOf(() => Promise.reject(cut), aborted)).rejects.toThrow('given up');
  });
});
