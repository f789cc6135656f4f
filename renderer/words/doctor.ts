import { counted } from './counted.ts';
import { checkStateWords, checkTitles } from '../../shared/doctor.ts';

export const doctor = {
  chain: 'From the card to the container',
  needs: 'What every NIM needs beside',
  // Pages and terminal have the same names for the same things.
  titles: checkTitles,
  states: checkStateWords,
  mendFirst: 'Mend this first',
  looking: 'Being looked at …',
  good: (count: number) => counted(count, 'is good or not needed', 'are good or not needed'),
  waiting: (count: number) =>
    counted(count, 'waits until the broken one is mended', 'wait until the broken one is mended'),
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
