import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { BackupError } from '../../core/errors.js';

/** In the environment of every process that a region starts, so that they can be found when their owner is gone. */
export const regionMarkerVariable = 'ZEPHYR_LOCAL_REGION';

/**
 * Waits until its input ends, which it does when the owner exits in whatever way, SIGKILL included; then stops what the owner
 * left running and removes its directory, unless that is kept. A shell script, because it must outlive the process that started it, cost next to
 * nothing while it waits, and be there in every bundle of the package.
 *
 * PostgreSQL's servers get SIGQUIT, its immediate shutdown, which leaves no shared memory behind; everything else gets SIGTERM;
 * what is still there after four seconds gets SIGKILL, or after a minute where it may have to save what is kept.
 */
const script = `
marker=$1 root=$2 kept=$3
cat >/dev/null
living() {
  if [ -r /proc/self/environ ]; then
    grep -lsF "${regionMarkerVariable}=$marker" /proc/[0-9]*/environ | cut -d/ -f3
  else
    for file in "$root"/clusters/*/data/postmaster.pid "$root"/nodes/*/redis.pid; do
      [ -f "$file" ] || continue
      pid=$(head -n 1 "$file")
      ps -o command= -p "$pid" | grep -qF "$root" && echo "$pid"
    done
  fi
}
ours() {
  [ -e "$root" ] || return 1
  case "\${root##*/}" in *"$marker"*) return 0 ;; esac
  grep -qsF "$marker" "$root/owner.json"
}
patience=40
[ -z "$kept" ] || patience=600
round=0
while [ "$round" -lt $((patience + 60)) ]; do
  pids=$(living)
  if [ -z "$pids" ]; then
    [ -z "$kept" ] || exit 0
    ours || exit 0
    rm -rf "$root" 2>/dev/null && continue
  fi
  for pid in $pids; do
    signal=QUIT
    if [ -r "/proc/$pid/comm" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != postgres ]; then signal=TERM; fi
    if [ "$round" -ge "$patience" ]; then signal=KILL; fi
    kill "-$signal" "$pid" 2>/dev/null
  done
  round=$((round + 1))
  sleep 0.1
done
exit 1
`;

/** Stands by a region until its owner is gone. */
export interface Watchdog {
  /** Stops whatever still runs, removes the directory unless it is kept, and settles when that is done. Safe to call twice. */
  finish(): Promise<void>;
}

/** What a region's processes and directory are known by. */
export interface RegionTrace {
  /** The value of {@link regionMarkerVariable} in its processes. */
  readonly marker: string;
  readonly directory: string;
  /** Only its processes end: the directory stays. */
  readonly keep?: boolean | undefined;
}

/** Starts a watchdog over a region, before anything of the region exists. */
export async function startWatchdog(region: RegionTrace): Promise<Watchdog> {
  const child = await spawnScript(region);
  let finished: Promise<void> | undefined;
  const finish = async (): Promise<void> => {
    child.ref();
    // Someone may have killed it: then another does its work.
    await (child.exitCode === null && child.signalCode === null ? letFinish(child, region) : cleanUpAfter(region));
  };
  // Neither child nor pipe may keep a program alive that is otherwise done.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    finish: () => {
      finished ??= finish();
      return finished;
    },
  };
}

/** Does what the watchdog would have done, for a region whose owner and watchdog are both gone. */
export async function cleanUpAfter(region: RegionTrace): Promise<void> {
  await letFinish(await spawnScript(region), region);
}

async function letFinish(child: ChildProcess, { directory }: RegionTrace): Promise<void> {
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
  if (child.exitCode === 0) return;
  throw new BackupError({
    code: 'server-failed',
    message: `not everything of the region in ${directory} could be stopped and removed`,
    hint: 'Look which processes still write there; the next region that starts tries again.',
    details: { directory },
  });
}

async function spawnScript({ marker, directory, keep }: RegionTrace): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', script, 'zephyr-region-watchdog', marker, directory, keep === true ? 'kept' : ''], {
    // A session of its own: Ctrl-C in the owner's terminal must not reach it.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH },
  });
  // The script may have been killed; its exit says so, the broken pipe adds nothing.
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn');
  return child;
}
