import type { Connection } from './open-connection.js';

/** How long a server may take to take leave, in milliseconds. */
const patience = 2_000;

/** Ends a connection in whatever state it is. Never rejects: there is nothing that anyone could do about it. */
export async function closeConnection({ client, socket }: Connection): Promise<void> {
  const timer = setTimeout(() => {
    socket.destroy();
  }, patience);
  try {
    await client.end();
  } catch {
    // It was lost already.
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
