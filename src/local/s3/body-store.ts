import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A file that holds bytes of a body. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

/** The bytes of an object: its parts one after the other, never copied together. */
export interface Body {
  readonly segments: readonly Segment[];
  readonly size: number;
}

/** Bytes on their way in. They are nobody's until they are kept. */
export interface BodyWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the file; the caller now holds the body once. */
  keep(): Promise<Body>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
}

/** The bodies of all objects and parts, in files of one directory. A file goes when nobody holds or reads it any more. */
export interface BodyStore {
  create(): Promise<BodyWriter>;
  /** The bytes from `start` up to and without `end`. Holds the body until the stream closes. */
  read(body: Body, start: number, end: number): Readable;
  hold(body: Body): void;
  release(body: Body): void;
  /** Removes everything. */
  close(): Promise<void>;
}

/** Where a store keeps its files; `close` removes it. */
export interface BodyDirectory {
  readonly directory: string;
  close(): Promise<void>;
}

/**
 * Makes a store; its directory is opened with the first body. Files that are `saved` are needed should this process be
 * killed: they go with the store's close at the earliest, when something else has been saved.
 */
export function createBodyStore(
  openDirectory: () => Promise<BodyDirectory>,
  saved: ReadonlySet<string> = new Set(),
): BodyStore {
  const postponed = new Set<string>();
  const prefix = saved.size === 0 ? '' : `${randomBytes(4).toString('hex')}-`;
  const holders = new Map<string, number>();
  const removals = new Set<Promise<void>>();
  let home: Promise<BodyDirectory> | undefined;
  let created = 0;

  const hold = (body: Body): void => {
    for (const { file } of body.segments) holders.set(file, (holders.get(file) ?? 0) + 1);
  };
  const release = (body: Body): void => {
    for (const { file } of body.segments) {
      const left = (holders.get(file) ?? 0) - 1;
      if (left > 0) {
        holders.set(file, left);
        continue;
      }
      holders.delete(file);
      if (saved.has(basename(file))) {
        postponed.add(file);
        continue;
      }
      // Nobody waits for a removal but close(), which removes the whole directory and reports what that runs into. Not by `rm`, which
      // looks at each file first and holds up everything else meanwhile.
      const removal = unlink(file).then(
        () => void removals.delete(removal),
        () => void removals.delete(removal),
      );
      removals.add(removal);
    }
  };

  return {
    create: async () => {
      home ??= openDirectory().catch((error: unknown) => {
        // The next body tries again: a disk that was full may not be any more.
        home = undefined;
        throw error;
      });
      created += 1;
      const name = `${prefix}${created}.body`;
      const file = join((await home).directory, name);
      return writerTo(file, await open(file, 'wx'), hold);
    },
    read: (body, start, end) => {
      hold(body);
      const stream = Readable.from(readSegments(body, start, end), { objectMode: false, highWaterMark: 256 * 1024 });
      return stream.once('close', () => release(body));
    },
    hold,
    release,
    close: async () => {
      await Promise.all(removals);
      await Promise.all([...postponed].map((file) => rm(file, { force: true })));
      await (await home)?.close();
    },
  };
}

function writerTo(file: string, handle: FileHandle, hold: (body: Body) => void): BodyWriter {
  let size = 0;
  // The stream gathers blocks while the disk is busy, so that taking a body in does not wait for every block.
  const stream = handle.createWriteStream({ highWaterMark: 1024 * 1024 });
  let failure: Error | undefined;
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  stream.on('error', (error) => {
    failure ??= error;
  });
  return {
    write: async (bytes) => {
      if (failure !== undefined) throw failure;
      size += bytes.length;
      if (!stream.write(bytes)) await once(stream, 'drain');
    },
    keep: async () => {
      if (failure !== undefined) throw failure;
      stream.end();
      await finished(stream);
      const body: Body = { segments: [{ file, size }], size };
      hold(body);
      return body;
    },
    discard: async () => {
      stream.destroy();
      await closed;
      await rm(file, { force: true });
    },
  };
}

async function* readSegments(body: Body, start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const { file, size } of body.segments) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, size);
    offset += size;
    if (from >= to) continue;
    // The last byte of a read stream is inclusive.
    for await (const block of createReadStream(file, { start: from, end: to - 1, highWaterMark: 256 * 1024 })) {
      yield block as Buffer;
    }
  }
}
