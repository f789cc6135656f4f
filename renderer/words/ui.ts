/** Texts of the components themselves; what they are about comes from their callers. */
export const ui = {
  noMatch: 'Nothing matches',
  open: 'Open the list',
  clear: 'Clear',
  sortBy: (column: string) => `Sort by ${column}`,
  splitter: (name: string) => `Width of ${name}`,
  showValues: 'Values as a table',
  time: 'Time',
  noValue: 'none',
  fact: (label: string, value: string) => `${label}: ${value}`,
  noValues: 'No values yet',
  old: 'Not up to date',
  chartHint: 'Use the arrow keys to read single values.',
  stepStates: { done: 'done', now: 'under way', todo: 'to come', failed: 'failed', skipped: 'left out' },
};
