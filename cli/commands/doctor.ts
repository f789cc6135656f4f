import { type Check, type CheckId, checkId, type CheckState } from '../../shared/contract/doctor.ts';
import {
  checkLines,
  checkStateWords,
  checkTitles,
  checkWords,
  doctorSummary,
  firstBroken,
} from '../../shared/doctor.ts';
import type { Command } from '../command.ts';
import { exitCodeFor, exitCodes } from '../exit-codes.ts';
import type { Printer } from '../print.ts';

/** What leaves this machine, or may. */
const asksOutside: ReadonlySet<CheckId> = new Set(['key', 'hosts']);
/** Of these one line is enough: what was seen first. */
const short: ReadonlySet<CheckState> = new Set(['ok', 'not-applicable', 'skipped']);
const titleWidth = Math.max(...Object.values(checkTitles).map((title) => title.length));
const stateWidth = Math.max(...Object.values(checkStateWords).map((word) => word.length));
const indent = ' '.repeat(stateWidth + 2);

export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor [--probe] [--offline] [--all]',
  summary: 'Check everything from the card to a running NIM; --probe tries a container.',
  options: { probe: { type: 'boolean' }, offline: { type: 'boolean' }, all: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run({ options, print, interrupt, api }) {
    const { signal } = interrupt;
    const { doctor } = await api();
    print.live('Looking at this machine …');
    const ids =
      options['offline'] === true ? checkId.options.filter((id) => !asksOutside.has(id) && id !== 'probe') : null;
    let report = await doctor.check({ ids }, { signal });
    if (options['probe'] === true) {
      print.live('Starting a container to see whether it gets the GPU …');
      report = await doctor.probe({ isAgain: true }, { signal });
    }
    print.live(null);
    const broken = firstBroken(report);
    print.json({ ...report, firstBroken: broken?.id ?? null });
    for (const check of report.checks) printCheck(check, options['all'] === true, print);
    print.line('');
    print.line(doctorSummary(report));
    if (options['probe'] !== true && report.checks.some(({ id, state }) => id === 'probe' && state === 'unknown'))
      print.line('Whether a container really sees the GPU: nimdeck doctor --probe');
    return broken === null ? exitCodes.done : exitCodeFor(broken.failure?.code ?? 'INTERNAL');
  },
};

function printCheck(check: Check, isWhole: boolean, print: Printer): void {
  const { id, state, brokenBy } = check;
  const head = `${checkStateWords[state].padEnd(stateWidth)}  ${checkTitles[id].padEnd(titleWidth)}`;
  if (!isWhole && short.has(state)) {
    const first = brokenBy === null ? checkWords(check).seen[0]?.text : `for: ${checkTitles[brokenBy]}`;
    print.line(`${head}  ${first ?? ''}`.trimEnd());
    return;
  }
  print.line(head.trimEnd());
  for (const line of checkLines(check)) print.line(`${indent}${line.replaceAll('\n', `\n${indent}`)}`);
}
