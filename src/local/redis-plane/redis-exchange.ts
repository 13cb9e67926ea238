import { connect, type Socket } from 'node:net';

/** What one command was answered with. */
export type RedisReply =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Sends commands over a server's socket, one connection for all of them, and returns the answers in order. Understands what
 * those few commands are answered with that a data plane sends: texts, errors and numbers.
 *
 * Rejects with what the connection runs into, and with the signal's reason.
 */
export async function exchangeWithRedis(
  socketPath: string,
  commands: readonly (readonly string[])[],
  signal?: AbortSignal | undefined,
): Promise<readonly RedisReply[]> {
  signal?.throwIfAborted();
  const socket = connect(socketPath);
  const onAbort = (): void => {
    socket.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await converse(socket, commands);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

function converse(socket: Socket, commands: readonly (readonly string[])[]): Promise<readonly RedisReply[]> {
  return new Promise((resolve, reject) => {
    const replies: RedisReply[] = [];
    let received = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (block: Buffer) => {
      received = Buffer.concat([received, block]);
      for (let read = readReply(received); read !== undefined; read = readReply(received)) {
        replies.push(read.reply);
        received = received.subarray(read.length);
      }
      if (replies.length >= commands.length) resolve(replies);
    });
    socket.write(commands.map(written).join(''));
  });
}

function written(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The first whole reply in what has come so far, and how long it is. */
function readReply(bytes: Buffer): { readonly reply: RedisReply; readonly length: number } | undefined {
  const end = bytes.indexOf('\r\n');
  if (end < 0) return undefined;
  const [type, line] = [bytes.toString('utf8', 0, 1), bytes.toString('utf8', 1, end)];
  if (type === '-') return { reply: { kind: 'error', message: line }, length: end + 2 };
  if (type !== '$') return { reply: { kind: 'text', text: line }, length: end + 2 };
  const size = Math.max(0, Number(line));
  const length = end + 2 + (Number(line) < 0 ? 0 : size + 2);
  if (bytes.length < length) return undefined;
  return { reply: { kind: 'text', text: bytes.toString('utf8', end + 2, end + 2 + size) }, length };
}
