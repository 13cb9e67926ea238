import type { Clock } from '../../core/clock.js';
import { parseDuration } from '../../core/duration.js';
import { holdClock } from '../hold-clock.js';
import type { LifecycleScript } from '../wire/wire-service.js';

/** What has a lifecycle: an instance or a snapshot. */
export interface Subject {
  readonly key: string;
  /** It waits for an instant of the calendar, such as a backup window, and is made anew when a region is reopened. */
  readonly isAppointment?: true;
  setStatus(status: string): void;
  /** Its work failed, or a script says so: it ends in this status. */
  fail(status: string, message: string, at: Date): void;
}

/** A stretch of a lifecycle. */
export interface Step {
  /** Shown while the step lasts; unchanged if not given. */
  readonly status?: string | undefined;
  readonly milliseconds: number;
  readonly begin?: ((at: Date) => void) | undefined;
  /** Real work that must have settled, besides the time, before the step is over. */
  readonly work?: (() => Promise<void>) | undefined;
  readonly done?: ((at: Date) => void) | undefined;
  /** Where it ends if the work fails. Default `failed`. */
  readonly failedStatus?: string | undefined;
}

interface Activity {
  readonly subject: Subject;
  steps: readonly Step[];
  current: Step;
  /** When the current step is over, in ms; later if its work takes longer. */
  due: number;
  working: boolean;
  failure: Error | undefined;
  /** Steps that take over as soon as the work under way has settled. */
  takeover: readonly Step[] | undefined;
}

/**
 * Carries lifecycles forward without timers: nothing happens until somebody asks, and then everything that was due by now
 * happens in the order and at the instants at which it was due.
 */
export interface Timeline {
  /** Now; within a step's `begin` and `done` the instant at which that was due. */
  instant(): Date;
  /**
   * Adds steps behind those under way; if none is, the first begins now, or at `from`, which may be past: another region's
   * time may have been looked at later than its things happened.
   */
  run(subject: Subject, steps: readonly Step[], script?: LifecycleScript | undefined, from?: Date): void;
  /** Drops the steps that are left and goes on with these. */
  replace(subject: Subject, steps: readonly Step[], script?: LifecycleScript | undefined): void;
  /** Drops what is left, if anything is. */
  cancel(key: string): void;
  /** Whether nothing is under way for this key. */
  isIdle(key: string): boolean;
  /** Brings everything up to now. */
  settle(): void;
  /** When the step under way for this key is due; `undefined` if none is. */
  dueOf(key: string): Date | undefined;
  /** Resolves when no real work is going on. */
  quiet(): Promise<void>;
  /** Carries every lifecycle to its end, ahead of time: all but appointments, and what never ends. */
  finish(): Promise<void>;
  /** Drops everything; real work under way goes on to its end, and nothing follows it. */
  stop(): void;
}

/** Makes an empty timeline. */
export function createTimeline(clock: Clock): Timeline {
  const activities = new Map<string, Activity>();
  const works = new Set<Promise<void>>();
  let cursor: number | undefined;
  const instant = (): number => cursor ?? clock.now().getTime();

  const begin = (activity: Activity, at: number): void => {
    const step = activity.current;
    activity.due = at + step.milliseconds;
    if (step.status !== undefined) activity.subject.setStatus(step.status);
    step.begin?.(new Date(at));
    if (step.work !== undefined) work(activity, step.work);
  };
  const work = (activity: Activity, task: () => Promise<void>): void => {
    activity.working = true;
    // Time that jumps would leave real work far behind.
    const release = holdClock(clock);
    const running = task()
      .catch((error: unknown) => {
        activity.failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        activity.working = false;
        activity.due = Math.max(activity.due, clock.now().getTime());
        works.delete(running);
        settle();
        release();
      });
    works.add(running);
  };
  const next = (activity: Activity, steps: readonly Step[], at: number): void => {
    const [first, ...rest] = steps;
    if (first === undefined) {
      activities.delete(activity.subject.key);
      return;
    }
    activity.current = first;
    activity.steps = rest;
    begin(activity, at);
  };
  const finish = (activity: Activity): void => {
    const { failure, takeover, current, due: at } = activity;
    activity.failure = undefined;
    activity.takeover = undefined;
    if (takeover !== undefined) {
      next(activity, takeover, at);
    } else if (failure !== undefined) {
      activities.delete(activity.subject.key);
      activity.subject.fail(failedStatus(current, failure), failure.message, new Date(at));
    } else {
      current.done?.(new Date(at));
      // What was done may have ended this activity, or begun another in its place.
      if (activities.get(activity.subject.key) === activity) next(activity, activity.steps, at);
    }
  };
  const earliestDue = (now: number, isWanted?: (activity: Activity) => boolean): Activity | undefined => {
    let first: Activity | undefined;
    for (const activity of activities.values()) {
      if (activity.working || activity.due > now || isWanted?.(activity) === false) continue;
      if (first === undefined || activity.due < first.due) first = activity;
    }
    return first;
  };
  const conclude = (activity: Activity): void => {
    cursor = activity.due;
    try {
      finish(activity);
    } catch (error) {
      // A fault of one lifecycle must not reach the request that happened to come by.
      activities.delete(activity.subject.key);
      activity.subject.fail('failed', error instanceof Error ? error.message : String(error), new Date(cursor));
    } finally {
      cursor = undefined;
    }
  };
  const settle = (): void => {
    // What happens here may look at another region, which looks back.
    if (cursor !== undefined) return;
    const now = clock.now().getTime();
    for (let activity = earliestDue(now); activity !== undefined; activity = earliestDue(now)) conclude(activity);
  };
  const quiet = async (): Promise<void> => {
    while (works.size > 0) await Promise.all(works);
  };
  const start = (subject: Subject, steps: readonly Step[], from: Date = new Date(instant())): void => {
    const [first, ...rest] = steps;
    if (first === undefined) return;
    const now = from.getTime();
    const activity: Activity = {
      subject,
      steps: rest,
      current: first,
      due: now,
      working: false,
      failure: undefined,
      takeover: undefined,
    };
    activities.set(subject.key, activity);
    begin(activity, now);
  };

  return {
    instant: () => new Date(instant()),
    run: (subject, steps, script, from) => {
      const scripted = followScript(subject, steps, script);
      const active = activities.get(subject.key);
      if (active === undefined) start(subject, scripted, from);
      else active.steps = [...active.steps, ...scripted];
    },
    replace: (subject, steps, script) => {
      const scripted = followScript(subject, steps, script);
      const active = activities.get(subject.key);
      if (active?.working) active.takeover = scripted;
      else start(subject, scripted);
    },
    cancel: (key) => {
      activities.delete(key);
    },
    isIdle: (key) => !activities.has(key),
    settle,
    dueOf: (key) => {
      const due = activities.get(key)?.due;
      return due === undefined || due === Number.POSITIVE_INFINITY ? undefined : new Date(due);
    },
    quiet,
    finish: async () => {
      const isLifecycle = ({ subject }: Activity): boolean => subject.isAppointment !== true;
      for (;;) {
        await quiet();
        const activity = earliestDue(Number.MAX_VALUE, isLifecycle);
        if (activity === undefined) return;
        conclude(activity);
      }
    },
    stop: () => activities.clear(),
  };
}

function followScript(subject: Subject, steps: readonly Step[], script: LifecycleScript | undefined): readonly Step[] {
  const [first] = steps;
  if (script === undefined || first === undefined) return steps;
  if (script.kind === 'stuck') {
    return [{ status: script.status ?? first.status, milliseconds: Number.POSITIVE_INFINITY }];
  }
  if (script.kind === 'takes') {
    return [{ ...first, milliseconds: parseDuration(script.duration, 'fault.duration') }, ...steps.slice(1)];
  }
  const { status, message = `ends in ${script.status} on demand` } = script;
  const done = (at: Date): void => subject.fail(status, message, at);
  return [{ status: first.status, milliseconds: first.milliseconds, done }];
}

function failedStatus(step: Step, failure: Error): string {
  const full = 'code' in failure && failure.code === 'ENOSPC';
  return full || /no space left on device/i.test(failure.message) ? 'storage-full' : (step.failedStatus ?? 'failed');
}
