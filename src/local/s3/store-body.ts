import type { WireRequest } from '../wire/wire-service.js';
import type { Body, BodyStore } from './body-store.js';
import { type ReceivedBytes, type Reception, receiveBody } from './receive-body.js';

/** A body that is on disk, held by whoever asked for it. */
export interface StoredBody {
  readonly body: Body;
  readonly received: ReceivedBytes;
}

/** Takes the body of a request in to disk; leaves nothing behind if it is not what it should be. */
export async function storeBody(
  bodies: BodyStore,
  request: WireRequest,
  reception: Omit<Reception, 'write'>,
): Promise<StoredBody> {
  const writer = await bodies.create();
  try {
    const received = await receiveBody(request, { ...reception, write: writer.write });
    return { body: await writer.keep(), received };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
