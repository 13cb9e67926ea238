import type { WireRequest } from '../wire/wire-service.js';
import type { S3Answer } from './s3-codec.js';
import { s3Error } from './s3-error.js';
import type { S3State } from './s3-state.js';

/** What an operation works with besides its input. */
export interface S3Call {
  readonly state: S3State;
  /** The request itself, for the operations that take its body block by block. */
  readonly request: WireRequest;
}

/** The behaviour of one operation over the state. Its input has been read by the model's schema, XML payload included. */
export type S3Operation = (input: never, call: S3Call) => Promise<S3Answer>;

/** An output of the SDK's client, as the service makes it. */
export type OutputOf<CommandOutput> = S3Answer<Omit<CommandOutput, '$metadata'>>;

/** A page size within S3's limit of 1,000. */
export function pageSize(name: string, asked: number | undefined): number {
  if (asked !== undefined && asked < 0)
    throw s3Error('InvalidArgument', `Argument ${name} must be an integer between 0 and 2147483647`);
  return Math.min(asked ?? 1000, 1000);
}
