import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** How the machine's package manager can be run. */
export interface PackageManager {
  /** What comes before a command: nothing for root, `sudo -n` for a user who may. */
  readonly prefix: readonly string[];
}

/** `apt-get`, if the machine has it and we may use it without being asked for a password. */
export async function findApt(): Promise<PackageManager | undefined> {
  if (!(await succeeds('apt-get', '--version'))) return undefined;
  if (process.getuid?.() === 0) return { prefix: [] };
  return (await succeeds('sudo', '-n', 'true')) ? { prefix: ['sudo', '-n'] } : undefined;
}

/**
 * Packages of servers start them, and PostgreSQL's makes a cluster. Neither is wanted: for as long as the installation runs,
 * the two switches that Debian has for it are set, where the machine's owner has not set them already. A run that was killed
 * leaves them; the next one knows them by their mark.
 */
const script = `
set -eu
mark='# zephyr-backup: while packages are installed'
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/zephyr-backup.conf
made=
for directory in /etc/postgresql-common /etc/postgresql-common/createcluster.d; do
  [ -d "$directory" ] || { mkdir "$directory"; made="$directory $made"; }
done
clean() {
  if grep -qs "$mark" "$policy"; then rm -f "$policy"; fi
  rm -f "$cluster"
  for directory in $made; do rmdir "$directory" 2>/dev/null || true; done
}
trap clean EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
printf 'create_main_cluster = false\\n' > "$cluster"
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update || echo 'going on with the package lists that are there'
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
for package in "$@"; do
  if [ "$package" = redis-server ] && [ -d /run/systemd/system ]; then systemctl disable redis-server; fi
done
`;

/**
 * Installs packages without starting anything. Returns whether it worked; what apt-get says goes to `log` only if not, line
 * by line.
 */
export async function installWithApt(
  apt: PackageManager,
  packages: readonly string[],
  log: (line: string) => void,
): Promise<boolean> {
  const [program = 'sh', ...words] = [...apt.prefix, 'sh', '-c', script, 'ensure-tools', ...packages];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = collectLines(child);
  const code = await new Promise<number | null>((settle) => {
    child.on('error', () => settle(null));
    child.on('close', settle);
  });
  if (code === 0) return true;
  for (const line of lines().slice(-20)) log(`  ${line}`);
  return false;
}

function collectLines(child: ChildProcess): () => string[] {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text = (text + piece).slice(-20_000);
    });
  }
  return () => text.split('\n').filter((line) => line.trim() !== '');
}

async function succeeds(program: string, ...words: string[]): Promise<boolean> {
  return promisify(execFile)(program, words).then(
    () => true,
    () => false,
  );
}
