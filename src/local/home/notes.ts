import { readFile, rename, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';

/** Writes what cannot be seen in the files beside a note, whole or not at all. */
export async function writeNote<Note>(file: string, note: Note): Promise<void> {
  await writeFile(`${file}.next`, serialize(note), { mode: 0o600 });
  await rename(`${file}.next`, file);
}

/** Reads a note; `undefined` if there is none. */
export async function readNote<Note>(file: string): Promise<Note | undefined> {
  try {
    return deserialize(await readFile(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
