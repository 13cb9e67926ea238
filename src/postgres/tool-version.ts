import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { PostgresTool } from './find-tool.js';
import { startTool } from './run-tool.js';
import { plainEnvironment } from './tool-environment.js';

/** The version of a program as `server_version_num` writes it: 150018 for `15.18`. */
export async function toolVersion(path: string, tool: PostgresTool, call: PortCall | undefined): Promise<number> {
  const run = startTool({ path, args: ['--version'], env: plainEnvironment(), signal: call?.signal });
  run.stdin.end();
  let text = '';
  run.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, 1_000);
  });
  await run.exit;
  call?.signal?.throwIfAborted();
  const version = parseVersion(/\(PostgreSQL\) (\S+)/.exec(text)?.[1] ?? '');
  if (version !== undefined) return version;
  throw new BackupError({
    code: 'postgres-tool-missing',
    message: `${path} does not say that it is ${tool} of PostgreSQL`,
    hint: 'Name the directory of the PostgreSQL client programs with binDirectory or ZEPHYR_POSTGRES_BIN.',
    details: { tool, path },
  });
}

/** `15.18`, `18beta1` or `9.6.24` as a number; `undefined` for what is none of them. */
function parseVersion(version: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  if (match === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map((part) => Number(part ?? 0));
  // Since 10 the second number is the minor version, before it was part of the major one.
  return major >= 10 ? major * 10_000 + minor : major * 10_000 + minor * 100 + patch;
}
