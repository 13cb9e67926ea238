import pg from 'pg';

/** Where the application finds its database: asked at every connection, as a real one asks DNS. */
export type Locate = () => Promise<{ readonly host: string; readonly port: number }>;

/** A vote that the database has acknowledged. */
export interface AcknowledgedVote {
  readonly id: number;
  readonly at: Date;
}

/** The stand-in for Zephyr's backend: keeps voting, and reconnects by itself when its database goes away. */
export interface VotingApplication {
  /** Votes in the order in which the database acknowledged them. */
  readonly acknowledged: readonly AcknowledgedVote[];
  /** Stops writing; settles when the last vote is through. */
  pause(): Promise<void>;
  resume(): void;
  /** What the application sees of its votes now. */
  countVotes(): Promise<number>;
  stop(): Promise<void>;
}

const voteEveryMilliseconds = 40;

/** Starts voting. */
export function startVotingApplication(settings: {
  readonly locate: Locate;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ca: string;
}): VotingApplication {
  const acknowledged: AcknowledgedVote[] = [];
  let client: pg.Client | undefined;
  let state: 'voting' | 'paused' | 'stopped' = 'voting';
  let turn: Promise<void> = Promise.resolve();

  const connect = async (): Promise<pg.Client> => {
    if (client !== undefined) return client;
    const { locate, ca, ...login } = settings;
    const place = await locate();
    const fresh = new pg.Client({
      ...login,
      ...place,
      ssl: { ca, host: place.host },
      connectionTimeoutMillis: 2_000,
      application_name: 'zephyr-backend',
    });
    fresh.on('error', () => drop(fresh));
    await fresh.connect();
    client = fresh;
    return fresh;
  };
  const drop = (lost: pg.Client): void => {
    if (client === lost) client = undefined;
    lost.end().catch(() => undefined);
  };
  const vote = async (): Promise<void> => {
    const connection = await connect();
    try {
      const { rows } = await connection.query<{ id: string; created_at: Date }>(`
        WITH person AS (INSERT INTO participants (nickname) VALUES ('live') RETURNING id)
        INSERT INTO votes (poll_id, participant_id, choice)
        SELECT 1 + person.id % 400, person.id, person.id % 3 FROM person RETURNING id, created_at`);
      for (const row of rows) acknowledged.push({ id: Number(row.id), at: row.created_at });
    } catch {
      // The database went away under the vote. It was not acknowledged, so nobody was told that it counts.
      drop(connection);
    }
  };
  const run = async (): Promise<void> => {
    while (state === 'voting') {
      await vote().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, voteEveryMilliseconds));
    }
  };
  turn = run();

  return {
    acknowledged,
    pause: async () => {
      if (state === 'voting') state = 'paused';
      await turn;
    },
    resume: () => {
      if (state !== 'paused') return;
      state = 'voting';
      turn = run();
    },
    countVotes: async () => {
      const { rows } = await (await connect()).query<{ count: string }>('SELECT count(*) FROM votes');
      return Number(rows[0]?.count);
    },
    stop: async () => {
      state = 'stopped';
      await turn;
      await client?.end();
    },
  };
}
