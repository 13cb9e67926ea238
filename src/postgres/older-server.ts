import type { ToolExit } from './run-tool.js';

/** The first pg_restore that clears `transaction_timeout`, which servers before that version do not know. */
const clearsTransactionTimeout = 170_000;

/** What pg_restore said of a server that is older than itself, told apart from all else it complains of. */
export interface OlderServerWatch {
  /** For `ToolCommand.endsAt`: whether the line is an error that ends the restore. */
  readonly isFatal: (line: string) => boolean;
  /** How the program ended, without what does not count. */
  readonly judge: (exit: ToolExit) => ToolExit;
}

/**
 * pg_restore 17 and later begins with `SET transaction_timeout = 0`, which an older server refuses: with `--exit-on-error` nothing
 * could be restored to PostgreSQL 15 with them (measured: 17.11 into 15.18; the archive of a pg_dump 17 is read by no older
 * pg_restore, facts H4). So it runs without that switch, and this stops it at the first error of any other kind. `undefined` for
 * a pg_restore that does not need it.
 */
export function watchForOlderServer(pgRestoreVersion: number): OlderServerWatch | undefined {
  if (pgRestoreVersion < clearsTransactionTimeout) return undefined;
  let fatal = false;
  let refusedSettings = 0;
  return {
    isFatal: (line) => {
      if (!/^pg_restore: (?:error|fatal): /.test(line)) return false;
      if (isRefusedSetting(line)) refusedSettings += 1;
      else fatal = true;
      return fatal;
    },
    judge: (exit) => {
      if (refusedSettings === 0) return exit;
      const code = exit.code === 1 && !fatal ? 0 : exit.code;
      return { ...exit, code, stderr: withoutRefusedSettings(exit.stderr) };
    },
  };
}

function isRefusedSetting(line: string): boolean {
  return /^pg_restore: error: could not execute query: .*"transaction_timeout"/.test(line);
}

function withoutRefusedSettings(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !isRefusedSetting(line) && !/SET transaction_timeout\b/.test(line));
  return lines.join('\n');
}
