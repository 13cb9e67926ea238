import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNote, writeNote } from '../home/notes.js';
import type { Cluster, Following } from './cluster.js';

/** What cannot be seen in the files of a cluster. */
export interface ClusterNote {
  readonly masterUsername: string;
  readonly follows: Pick<Following, 'source' | 'slot' | 'held'> | undefined;
}

/** What cannot be seen in the files of a backup. */
export interface BackupNote {
  readonly backupId: string;
  readonly masterUsername: string;
  readonly databaseTime: Date;
}

/** Says that a cluster is whole, and what of it a later data plane must know. Written again whenever that changes. */
export async function noteCluster({ directory, masterUsername, follows }: Cluster): Promise<void> {
  const following = follows && { source: follows.source, slot: follows.slot, held: follows.held };
  await writeNote<ClusterNote>(clusterNoteOf(directory), { masterUsername, follows: following });
}

/** Says the same of a backup. */
export async function noteBackup(directory: string, note: BackupNote): Promise<void> {
  await writeNote(backupNoteOf(directory), note);
}

/** The note of a whole cluster; `undefined` for one that was being made or removed. */
export async function readClusterNote(directory: string): Promise<ClusterNote | undefined> {
  return readNote(clusterNoteOf(directory));
}

/** The note of a whole backup; `undefined` for one that was being made or removed. */
export async function readBackupNote(directory: string): Promise<BackupNote | undefined> {
  return readNote(backupNoteOf(directory));
}

/** The first step of removing a cluster: what is left of it counts as nothing from here on. */
export async function dropClusterNote(directory: string): Promise<void> {
  await rm(clusterNoteOf(directory), { force: true });
}

/** The first step of removing a backup. */
export async function dropBackupNote(directory: string): Promise<void> {
  await rm(backupNoteOf(directory), { force: true });
}

function clusterNoteOf(directory: string): string {
  return join(directory, 'cluster.note');
}

/** Beside the backup, which is a data directory and holds nothing else. */
function backupNoteOf(directory: string): string {
  return `${directory}.note`;
}
