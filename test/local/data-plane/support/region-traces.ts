import { readdir, readFile } from 'node:fs/promises';

/** Processes of this machine whose command line holds `text`. */
export async function processesNaming(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (words.includes(text)) found.push(Number(name));
  }
  return found;
}

/** Looks again and again until it is so, for at most `seconds`; returns whether it became so. */
export async function becomes(condition: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (let look = 0; look < seconds * 20; look += 1) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return condition();
}
