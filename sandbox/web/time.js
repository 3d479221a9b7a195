// Timestamps: how a message's time reads, and the `<t:…>` elements that tick.

let skew = 0;

/** Tells what time the sandbox has; tests may have set its clock. */
export function setNow(iso) {
  skew = new Date(iso).getTime() - Date.now();
}

export function now() {
  return Date.now() + skew;
}

const format = (options) => {
  const formatter = new Intl.DateTimeFormat(undefined, options);
  return (date) => formatter.format(date);
};

const clock = format({ hour: '2-digit', minute: '2-digit' });
const date = format({ day: '2-digit', month: '2-digit', year: 'numeric' });
const longDay = format({ day: 'numeric', month: 'long', year: 'numeric' });
const weekday = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const STYLES = {
  t: clock,
  T: format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  d: date,
  D: longDay,
  f: (value) => `${longDay(value)} ${clock(value)}`,
  F: (value) => `${weekday(value)} ${clock(value)}`,
  s: (value) => `${date(value)}, ${clock(value)}`,
  S: (value) => `${date(value)}, ${STYLES.T(value)}`,
  R: (value) => relative(value.getTime() - now()),
};

const UNITS = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** "in 3 hours", "2 minutes ago". */
export function relative(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.trunc(seconds / size), unit);
}

export { clock, weekday };

/** "Today at 09:30", "Yesterday at 18:00", "20/11/2026 09:30". */
export function sentAt(value) {
  const today = new Date(now());
  const yesterday = new Date(now() - 86400_000);
  if (value.toDateString() === today.toDateString()) return `Today at ${clock(value)}`;
  if (value.toDateString() === yesterday.toDateString()) return `Yesterday at ${clock(value)}`;
  return `${date(value)} ${clock(value)}`;
}

/** Writes the text of every timestamp inside `root`. */
export function tick(root = document) {
  for (const element of root.querySelectorAll('time[data-style]')) {
    const value = new Date(element.dateTime);
    const text = (STYLES[element.dataset.style] ?? STYLES.f)(value);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= STYLES.F(value);
  }
}

setInterval(tick, 1000);
