import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LocalRegion } from '@zephyr/backup/local';

const run = promisify(execFile);

/** Sends a request with Amazon's own command line; what it prints, or the error with what it complains of. */
export async function commandLine(
  region: LocalRegion,
  service: string,
  operation: string,
  input: object,
  more: readonly string[] = [],
): Promise<unknown> {
  const where = ['--endpoint-url', region.endpoint, '--region', region.region, '--output', 'json', '--no-paginate'];
  const asked = ['--cli-input-json', JSON.stringify(input)];
  const environment = { ...process.env, ...region.environment, AWS_CONFIG_FILE: '/dev/null', AWS_MAX_ATTEMPTS: '1' };
  const { stdout } = await run('aws', [service, commandOf(operation), ...asked, ...where, ...more], {
    env: environment,
    maxBuffer: 16_777_216,
  });
  return stdout.trim() === '' ? {} : JSON.parse(stdout);
}

/** `DescribeDBInstances` is `describe-db-instances`. */
function commandOf(operation: string): string {
  return operation
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** An answer in a form that both clients' answers can be compared in: times as texts, nothing that is undefined or the SDK's own. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]00:00)$/.test(value)) {
    return new Date(value).toISOString();
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, member]) => name !== '$metadata' && member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, comparable(member)]));
}

/** Leaves out members of any depth by their names. */
export function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !names.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, without(member, names)]));
}
