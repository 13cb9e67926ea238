import { parseArgs } from 'node:util';
import { invalidInput } from '../../core/errors.js';

/** What the command line asks for. */
export interface CommandArguments {
  readonly port: number | undefined;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
  readonly directory: string | undefined;
  readonly buckets: readonly string[];
  readonly dataPlane: boolean;
  readonly cachePlane: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** What the command says of itself. */
export const usage = `Usage: zephyr-local-region [options]

Starts a region of RDS, ElastiCache, S3 and CloudWatch's metrics on loopback, prints what to export so that clients in any
language talk to it, and runs until it is interrupted.

  --port <number>      where to listen; a free port if not given
  --region <name>      default us-east-1
  --account-id <id>    twelve digits; default 123456789012
  --directory <path>   keep the state there when it ends, and go on from it
  --bucket <name>      make a bucket; may be given several times
  --data-plane         a real PostgreSQL server behind every DB instance
  --cache-plane        a real Redis server behind every cache node
  --json               print one line of JSON instead of shell commands
  --help               print this

It has begun to listen when it prints. In a shell:

  zephyr-local-region --bucket backups > region.env &
  until [ -s region.env ]; do sleep 0.1; done; . ./region.env
`;

/** Reads a command line. Throws `invalid-input` naming the argument. */
export function readArguments(given: readonly string[]): CommandArguments {
  const { values } = parse(given);
  return {
    port: values.port === undefined ? undefined : readPort(values.port),
    region: values.region,
    accountId: values['account-id'],
    directory: values.directory,
    buckets: values.bucket ?? [],
    dataPlane: values['data-plane'] ?? false,
    cachePlane: values['cache-plane'] ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      strict: true,
      options: {
        port: { type: 'string' },
        region: { type: 'string' },
        'account-id': { type: 'string' },
        directory: { type: 'string' },
        bucket: { type: 'string', multiple: true },
        'data-plane': { type: 'boolean' },
        'cache-plane': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalidInput('arguments', `cannot be read: ${message}`, 'See zephyr-local-region --help.');
  }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalidInput('port', `is ${text}`, 'Give a number from 1 to 65535.');
}
