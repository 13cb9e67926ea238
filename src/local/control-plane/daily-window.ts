const day = 86_400_000;

/** The next window that has not begun, in milliseconds. `03:00-04:00` is in UTC and may cross midnight. */
export function nextDailyWindow(
  window: string,
  after: Date,
): { readonly start: number; readonly milliseconds: number } {
  const [from = 0, to = 0] = window.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return (hours * 60 + minutes) * 60_000;
  });
  const midnight = Math.floor(after.getTime() / day) * day;
  const start = midnight + from > after.getTime() ? midnight + from : midnight + day + from;
  return { start, milliseconds: to > from ? to - from : to - from + day };
}
