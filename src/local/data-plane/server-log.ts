import { open } from 'node:fs/promises';

const tailBytes = 4096;

/** The end of what a server wrote to its log, at most 4 KiB of it and nothing before byte `from`. Empty if there is no log. */
export async function serverLogTail(path: string, from = 0): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - tailBytes, 0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
