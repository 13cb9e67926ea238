import type { PostgresToolsPort, SqlPort } from '../ports/postgres.js';
import { readContents } from './archive-contents.js';
import { decodeArchive } from './decode-archive.js';
import { findTool } from './find-tool.js';
import { openDump } from './open-dump.js';
import { restoreArchive } from './restore-archive.js';
import { toolVersion } from './tool-version.js';

/** What every run of a program works with. */
export interface ToolBox {
  readonly binDirectory: string | undefined;
  /** Ends what a killed program left on the server. */
  readonly sql: SqlPort;
}

/** pg_dump and pg_restore as child processes. */
export function postgresTools(box: ToolBox): PostgresToolsPort {
  return {
    version: async (tool, call) => toolVersion(await findTool(tool, box.binDirectory), tool, call),
    dump: (target, request, call) => openDump(box, target, request, call),
    restore: (target, request, call) => restoreArchive(box, target, request, call),
    contents: (archive, call) => readContents(box, archive, call),
    decode: (archive, call) => decodeArchive(box, archive, call),
  };
}
