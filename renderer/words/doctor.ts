import { checkStateWords, checkTitles } from '../../shared/doctor.ts';

export const doctor = {
  chain: 'From the card to the container',
  needs: 'What every NIM needs beside',
  // Pages and terminal have the same names for the same things.
  titles: checkTitles,
  states: checkStateWords,
  mendFirst: 'Mend this first',
  first: (title: string) => `Mend this first: ${title}`,
  looking: 'Being looked at …',
  waitsFor: (title: string) => `Waits for: ${title}`,
  details: 'What was seen',
  source: (source: string) => `Seen in: ${source}`,
  against: (text: string) => `Measured against: ${text}`,
  took: (tookMs: number) => `in ${tookMs} ms`,
  toDo: 'To do:',
  code: (code: string) => `Code ${code}`,
  recheckAll: 'Check all again',
  recheck: (title: string) => `Check again: ${title}`,
  probe: 'Try a container',
  probeAgain: 'Try again',
  probing: 'Trying a container …',
  copyAll: 'Copy all as text',
  openChecks: 'All checks',
};
