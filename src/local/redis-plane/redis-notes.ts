import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNote, writeNote } from '../home/notes.js';

/** What of a node a later data plane must know, and no one else tells it. */
export interface NodeNote {
  readonly nodeId: string;
  /** Nobody but the servers' account can read it, there as in the server's own configuration. */
  readonly authToken: string | undefined;
}

/** What cannot be seen in a snapshot's file. */
export interface SnapshotNote {
  readonly snapshotId: string;
}

/** Says that a node is whole. */
export async function noteNode(directory: string, note: NodeNote): Promise<void> {
  await writeNote(nodeNoteOf(directory), note);
}

/** The note of a whole node; `undefined` for one that was being made or removed. */
export async function readNodeNote(directory: string): Promise<NodeNote | undefined> {
  return readNote(nodeNoteOf(directory));
}

/** The first step of removing a node: what is left of it counts as nothing from here on. */
export async function dropNodeNote(directory: string): Promise<void> {
  await rm(nodeNoteOf(directory), { force: true });
}

/** Says the same of a snapshot. */
export async function noteSnapshot(file: string, note: SnapshotNote): Promise<void> {
  await writeNote(snapshotNoteOf(file), note);
}

/** The note of a whole snapshot; `undefined` for one that was being taken or removed. */
export async function readSnapshotNote(file: string): Promise<SnapshotNote | undefined> {
  return readNote(snapshotNoteOf(file));
}

/** The first step of removing a snapshot. */
export async function dropSnapshotNote(file: string): Promise<void> {
  await rm(snapshotNoteOf(file), { force: true });
}

function nodeNoteOf(directory: string): string {
  return join(directory, 'node.note');
}

function snapshotNoteOf(file: string): string {
  return `${file}.note`;
}
