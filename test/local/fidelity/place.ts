import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as elasticache from '@aws-sdk/client-elasticache';
import * as rds from '@aws-sdk/client-rds';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { HttpResponse } from '@smithy/core/protocols';
import { createVirtualClock, type LocalRegion, startLocalRegion, type VirtualClock } from '@zephyr/backup/local';
import type { Answers, Row } from './row.js';

/** A service as this suite sees it: its SDK client's module. */
export interface Subject {
  readonly service: 'rds' | 'elasticache' | 'monitoring';
  readonly module: Readonly<Record<string, unknown>>;
}

export const subjects = {
  rds: { service: 'rds', module: { ...rds } },
  elasticache: { service: 'elasticache', module: { ...elasticache } },
  cloudwatch: { service: 'monitoring', module: { ...cloudwatch } },
} satisfies Record<string, Subject>;

const clients = {
  rds: rds.RDSClient,
  elasticache: elasticache.ElastiCacheClient,
  monitoring: cloudwatch.CloudWatchClient,
} as const;

/** An answer as it came over the wire, and what the SDK made of it. */
export interface Exchange {
  readonly status: number;
  readonly body: string;
  readonly outcome: { readonly output: Readonly<Record<string, unknown>> } | { readonly error: unknown };
}

/** Two regions that know each other, in virtual time, and a way to send the rows of a table to them. */
export interface Place extends AsyncDisposable {
  readonly region: LocalRegion;
  readonly elsewhere: LocalRegion;
  readonly clock: VirtualClock;
  readonly answers: Answers;
  /** The input of a row, now that its turn has come. */
  inputOf(row: Row): object;
  send(row: Row): Promise<Exchange>;
}

export async function openPlace({ service, module }: Subject): Promise<Place> {
  const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
  const staleReads = { reads: 0 };
  const region = await startLocalRegion({ clock, staleReads });
  const dimensions = { DBInstanceIdentifier: 'prod' };
  region.metrics.set({ name: 'FreeStorageSpace', dimensions, value: 20e9 });
  const elsewhere = await startLocalRegion({ region: 'us-west-2', peer: region, staleReads });
  const answers = new Map<string, Readonly<Record<string, unknown>>>();
  const inputOf = (row: Row): object => (typeof row.input === 'function' ? row.input(answers) : row.input);
  return {
    region,
    elsewhere,
    clock,
    answers,
    inputOf,
    send: async (row) => {
      const exchange = await exchangeWith(
        row.at === 'elsewhere' ? elsewhere : region,
        service,
        module,
        row.operation,
        inputOf(row),
      );
      if ('output' in exchange.outcome) answers.set(row.operation, exchange.outcome.output);
      await clock.sleep((row.wait ?? 0) * 60_000);
      return exchange;
    },
    [Symbol.asyncDispose]: async () => {
      await elsewhere.close();
      await region.close();
    },
  };
}

async function exchangeWith(
  region: LocalRegion,
  service: Subject['service'],
  module: Subject['module'],
  operation: string,
  input: object,
): Promise<Exchange> {
  let status = 0;
  let body = '';
  const { requestHandler } = region;
  const recording: typeof requestHandler = {
    ...requestHandler,
    handle: async (request, options) => {
      const { response } = await requestHandler.handle(request, options);
      status = response.statusCode;
      body = await text(response.body);
      return { response: new HttpResponse({ ...response, body: Readable.from([Buffer.from(body)]) }) };
    },
  };
  const settings = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const Client = clients[service];
  const Command = module[`${operation}Command`] as new (input: object) => unknown;
  const client = new Client({
    ...settings,
    ...(service === 'monitoring' ? { protocol: AwsQueryProtocol } : {}),
    requestHandler: recording,
    maxAttempts: 1,
  });
  // Which command it is shows only in the table.
  const send: (command: never) => Promise<object> = client.send.bind(client);
  try {
    const output = await send(new Command(input) as never);
    return { status, body, outcome: { output: { ...output } } };
  } catch (error) {
    return { status, body, outcome: { error } };
  } finally {
    client.destroy();
  }
}
