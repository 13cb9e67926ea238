import type { BackupErrorCode } from '../core/error-codes.js';
import { BackupError } from '../core/errors.js';
import type { DatabaseTarget } from '../ports/postgres.js';
import type { PostgresTool } from './find-tool.js';
import { lockHint } from './lock-hint.js';
import type { ToolExit } from './run-tool.js';
import { describeTarget } from './translate-sql-error.js';

interface Meaning {
  readonly code: BackupErrorCode;
  readonly hint: string;
  readonly retryable?: boolean | undefined;
}

/** The error for a program that did not end well, told from what it said (facts H8). */
export function toolFailure(
  tool: PostgresTool,
  exit: ToolExit,
  target: DatabaseTarget | undefined,
  otherwise: Meaning,
): BackupError {
  const stderr = presentable(exit.stderr, target);
  const meaning = meanings.find(([pattern]) => pattern.test(stderr))?.[1] ?? otherwise;
  const ending = exit.signal === null ? `exited with ${exit.code}` : `was ended by ${exit.signal}`;
  const said = firstError(stderr);
  const subject = target === undefined ? '' : ` on ${describeTarget(target)}`;
  return new BackupError({
    ...meaning,
    message: `${tool}${subject} ${ending}${said === '' ? '' : `: ${said}`}`,
    details: { tool, exitCode: exit.code, signal: exit.signal, stderr },
  });
}

/** In this order: the first that is said decides. */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [
    /server version mismatch/,
    {
      code: 'version-mismatch',
      hint: 'Install a pg_dump that is at least as new as the server, or name its directory with binDirectory.',
    },
  ],
  [
    /unsupported version \([\d.]+\) in file header/,
    { code: 'version-mismatch', hint: 'Use a pg_restore at least as new as the pg_dump that wrote the archive.' },
  ],
  [
    /build does not support compression with/,
    {
      code: 'version-mismatch',
      hint: "Install PostgreSQL's client programs built with that compression, as the usual packages are, or dump with compression: 'gzip'.",
    },
  ],
  [
    /password authentication failed|no password supplied|no pg_hba\.conf entry|authentication failed for user|FATAL:\s+role ".*" does not exist/,
    {
      code: 'authentication-failed',
      hint: 'Check user and password; a restored instance has the passwords of the time of its backup.',
    },
  ],
  [
    /FATAL:\s+database ".*" does not exist/,
    { code: 'database-missing', hint: 'Check the name of the database; the server itself answered.' },
  ],
  [
    /certificate verify failed|server certificate for|does not support SSL|SSL error|root certificate file/,
    { code: 'tls-failed', hint: 'Check that the server has TLS on and that tls.ca holds the authority it comes from.' },
  ],
  [
    /connection to server .*failed|could not connect to server|could not translate host name/,
    {
      code: 'database-unreachable',
      hint: 'Check host, port and security groups, and that the server is running.',
      retryable: true,
    },
  ],
  [
    /permission denied for large object/,
    {
      code: 'permission-denied',
      hint: 'A large object is read by its owner and by whom it was granted to; pg_read_all_data may not reach it. Dump as its owner, or GRANT SELECT ON LARGE OBJECT.',
    },
  ],
  [
    /permission denied|row-level security policy/,
    {
      code: 'permission-denied',
      hint: 'Grant the role pg_read_all_data, and BYPASSRLS where tables have row-level security.',
    },
  ],
  [
    /canceling statement due to (?:lock|statement) timeout/,
    {
      code: 'statement-timeout',
      hint: lockHint,
      retryable: true,
    },
  ],
  [
    /could not read from input file|not appear to be a valid archive|could not (?:un|de)compress data|input file is too short|did not find magic string|unexpected end of file|corrupt/,
    { code: 'dump-corrupt', hint: 'The archive is damaged or cut off: use another dump.' },
  ],
];

/**
 * What may be shown of stderr: the program's own lines, without passwords. What the server adds below them as detail,
 * context or command holds values of the data.
 */
function presentable(stderr: string, target: DatabaseTarget | undefined): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const own = lines.filter(
    (line) => /^pg_(?:dump|restore): /.test(line) && !/: (?:detail: )?(?:Command|Query) was:/i.test(line),
  );
  const text = (own.length > 0 ? own : lines).join('\n');
  const password = target?.credentials.password ?? '';
  const masked = password === '' ? text : text.replaceAll(password, '[redacted]');
  return masked
    .replace(/(postgres(?:ql)?:\/\/[^:@\s]*:)[^@\s]*@/g, '$1[redacted]@')
    .replace(/(password=)\S+/g, '$1[redacted]');
}

function firstError(stderr: string): string {
  const lines = stderr.split('\n');
  const line = lines.find((candidate) => /error:|fatal:/i.test(candidate)) ?? lines.at(-1) ?? '';
  return line.replace(/^pg_(?:dump|restore): (?:error: )?/, '').slice(0, 500);
}
