import type { Attempt } from '../../checks/attempt.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { connectToDatabase } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';
import { readServerIdentity, type ServerIdentity } from '../../system/server-identity.js';
import { type GatherLimits, gatherPart } from '../gather-part.js';

/** Whoever does not answer for so long does not answer (facts I4); in milliseconds. */
const patience = 10_000;

/** Asks the database who it is; `undefined` where there is no address to ask at. That it does not answer is the finding. */
export async function askServer(
  system: System,
  instance: DatabaseInstance | undefined,
  { signal, deadline }: GatherLimits,
): Promise<Attempt<ServerIdentity> | undefined> {
  const endpoint = instance?.endpoint;
  if (endpoint === undefined) return undefined;
  const own = new Date(system.clock.now().getTime() + patience);
  const limits = { signal, deadline: deadline !== undefined && deadline < own ? deadline : own };
  return gatherPart(system, limits, async (call) => {
    const session = await connectToDatabase(system, { endpoint }, call);
    try {
      return await readServerIdentity(session, call);
    } finally {
      await session.close();
    }
  });
}
