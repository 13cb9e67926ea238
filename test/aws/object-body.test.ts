import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { objectBody } from '../../src/aws/object-body.js';

const request = { service: 'S3', operation: 'GetObject', subject: 's3://b/k' };

/** A connection that gives some bytes and then ends in the middle. */
function torn(bytes: string): Readable {
  const give = async function* (): AsyncGenerator<Buffer> {
    if (bytes !== '') yield Buffer.from(bytes);
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  };
  return Readable.from(give(), { objectMode: false });
}

describe('the body of an object', () => {
  it('goes on with the byte after the last that came', async () => {
    const offsets: number[] = [];
    const rest = [torn('cd'), torn(''), torn(''), Readable.from([Buffer.from('ef')])];
    const reopen = async (offset: number): Promise<Readable> => {
      offsets.push(offset);
      return rest.shift() ?? torn('');
    };
    const body = objectBody({ first: torn('ab'), sizeBytes: 6, reopen }, request, undefined);
    expect(await text(body)).toBe('abcdef');
    expect(offsets).toEqual([2, 4, 4, 4]);
  });

  it('is given up where the connection ends three times in a row without a byte', async () => {
    let opened = 0;
    const reopen = async (): Promise<Readable> => {
      opened += 1;
      return torn('');
    };
    const body = objectBody({ first: torn('ab'), sizeBytes: 6, reopen }, request, undefined);
    await expect(text(body)).rejects.toMatchObject({ code: 'service-unreachable', retryable: true });
    expect(opened).toBe(3);
  });

  it('asks for nothing more once all has come, and after an error that is no lost connection', async () => {
    const reopen = (): Promise<Readable> => Promise.reject(new TypeError('asked for more'));
    const whole = objectBody({ first: torn('abc'), sizeBytes: 3, reopen }, request, undefined);
    await expect(text(whole)).rejects.toMatchObject({ code: 'service-unreachable' });
    const wrong = new PassThrough();
    wrong.write('a');
    setImmediate(() => wrong.destroy(new Error('Checksum mismatch: expected "a" but received "b"')));
    const damaged = objectBody({ first: wrong, sizeBytes: 3, reopen }, request, undefined);
    await expect(text(damaged)).rejects.toMatchObject({ name: 'BackupError', retryable: false });
  });

  it('ends with what the request for the rest ended with', async () => {
    const reopen = (): Promise<Readable> => Promise.reject(new RangeError('another object by now'));
    const body = objectBody({ first: torn('ab'), sizeBytes: 6, reopen }, request, undefined);
    await expect(text(body)).rejects.toThrow('another object by now');
  });

  it('that nobody wants any more closes what is opened for it meanwhile', async () => {
    const late = new PassThrough();
    let open = (_stream: Readable): void => {};
    const reopened = new Promise<void>((resolve) => {
      open = () => resolve();
    });
    let answer = (_stream: Readable): void => {};
    const reopen = (): Promise<Readable> => {
      open(late);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const stop = new AbortController();
    const body = objectBody({ first: torn('ab'), sizeBytes: 6, reopen }, request, stop.signal);
    const read = expect(text(body)).rejects.toThrow('enough');
    await reopened;
    stop.abort(new Error('enough'));
    await read;
    answer(late);
    await new Promise((resolve) => late.once('close', resolve));
    expect(late.destroyed).toBe(true);
  });
});
