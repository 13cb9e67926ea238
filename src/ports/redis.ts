import type { PortCall } from './port-call.js';

/** A client of one node of a cache, for as long as it is looked at. */
export interface RedisSession {
  /** Where it is connected to, for messages: `host:port`. */
  readonly location: string;
  /** Whether it speaks TLS; `undefined` where the client does not tell. */
  readonly tls: boolean | undefined;
  /** Whether it hands over a password or token; `undefined` where the client does not tell. */
  readonly authenticates: boolean | undefined;
  /**
   * One command with its arguments. The answer as the client gives it: texts, numbers, lists, and maps where it speaks RESP3.
   * Errors: `cache-unreachable`, `authentication-failed`, `tls-failed`, `permission-denied`, `invalid-state` while the server
   * loads its data, `query-failed`. They hold neither keys nor values nor secrets.
   */
  send(command: readonly string[], call?: PortCall): Promise<unknown>;
  /** Lets go of the client, which stays its owner's; safe to call twice, never rejects. */
  close(): Promise<void>;
}

/** What we need of a Redis client. Made by `connectRedis` of `@zephyr/backup/redis`. */
export interface RedisPort {
  /** Errors: `invalid-input` for a client that cannot be used. */
  connect(call?: PortCall): Promise<RedisSession>;
}
