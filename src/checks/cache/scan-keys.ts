import { BackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RedisSession } from '../../ports/redis.js';
import type { KeyTally } from './key-tally.js';

/** Keys whose type and time to live are asked for at once: more would hold up other clients. */
const askedAtOnce = 50;

/** How far to scan. */
export interface ScanBounds extends PortCall {
  /** Keys after which to stop. */
  readonly maxKeys: number;
  /** Keys that one step of the server looks at: what other clients wait for. */
  readonly step: number;
  readonly onScanned?: ((scanned: number) => void) | undefined;
}

/**
 * Walks through a node's keys in small steps, between which other clients are served, and counts them. Names of keys go no
 * further than the tally. While the server's table grows a key may come twice.
 */
export async function scanKeys(
  session: RedisSession,
  tally: KeyTally,
  { maxKeys, step, onScanned, signal }: ScanBounds,
): Promise<{ readonly scanned: number; readonly complete: boolean }> {
  let cursor = '0';
  let scanned = 0;
  for (;;) {
    const { next, keys } = readPage(await session.send(['SCAN', cursor, 'COUNT', String(step)], { signal }));
    const wanted = keys.flatMap((key) => {
      const note = tally.count(key);
      return note === undefined ? [] : [{ key, note }];
    });
    for (let from = 0; from < wanted.length; from += askedAtOnce) {
      const group = wanted.slice(from, from + askedAtOnce);
      await Promise.all(
        group.map(async ({ key, note }) => {
          const [type, left] = await Promise.all(
            ['TYPE', 'PTTL'].map((command) => session.send([command, key], { signal })),
          );
          note(String(type), Number(left));
        }),
      );
    }
    scanned += keys.length;
    onScanned?.(scanned);
    cursor = next;
    if (cursor === '0') return { scanned, complete: true };
    if (scanned >= maxKeys) return { scanned, complete: false };
  }
}

/** A reply that is not understood must not look like the end of the scan. */
function readPage(reply: unknown): { readonly next: string; readonly keys: readonly string[] } {
  const [cursor, keys] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  const next = String(cursor);
  if (Array.isArray(keys) && /^\d+$/.test(next)) return { next, keys: keys.map(String) };
  throw new BackupError({
    code: 'query-failed',
    message: 'the cache answered SCAN with something that is not a page of keys',
    hint: 'Check what stands between this program and the server, and that it is a client of one node.',
  });
}
