import { act, screen } from '@testing-library/react';
import { useEffect, useState } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { recordedChecks } from '../../../core/testing/recorded-checks.ts';
import { type Check, checkId, type DoctorReport } from '../../../shared/contract/doctor.ts';
import { checkWords, doctorText } from '../../../shared/doctor.ts';
import { fakeCheck } from '../../testing/fake-doctor.ts';
import { renderPart } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { ChecksPanel } from './checks-panel.tsx';

const { doctor } = words;
const recorded = recordedChecks();

/** As a person reads it: without what is drawn only. */
const textOf = (element: Element) => (element.textContent ?? '').replaceAll(/\s+/g, ' ');
const plain = (text: string) => text.replaceAll(/\s+/g, ' ');

// By text, not by role: to compute the name of every button of eighteen rows takes half a second each time.
function buttonOf(row: HTMLElement, label: string): HTMLElement {
  const found = [...row.querySelectorAll('button')].find(
    (button) => button.getAttribute('aria-label') === label || textOf(button) === label,
  );
  if (found === undefined) throw new Error(`There is no button “${label}”.`);
  return found;
}

const reportOf = (check: Check): DoctorReport => ({ checks: [check], isRunning: false, isProbing: false });

const partsOf = (check: Check) => {
  const { problem, seen } = checkWords(check);
  return [problem, check.failure?.code, check.remedy, check.against, ...seen.map(({ text }) => text)].filter(
    (part) => part !== null && part !== undefined,
  );
};

describe('every failure of every check, as simulated machines and engines have it', () => {
  // Without the other seventeen: to draw those eighty times took half a minute, and they have tests of their own.
  test.each(checkId.options)('%s', async (id) => {
    let show: (report: DoctorReport) => void = () => {};
    const onRecheck = vi.fn();
    const onProbe = vi.fn();
    function Stage() {
      const [report, setReport] = useState(reportOf(fakeCheck(id)));
      useEffect(() => {
        show = setReport;
      }, []);
      return <ChecksPanel report={report} onRecheck={onRecheck} onProbe={onProbe} />;
    }
    renderPart(<Stage />);
    const title = doctor.titles[id];
    const row = (await screen.findByText(title, { selector: 'h3' })).closest('li');
    if (row === null) throw new Error('A check stands in no list.');
    const copy = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    // What was seen is folded.
    act(() => buttonOf(row, `${doctor.details}${title}`).click());

    for (const { name, check } of recorded.filter((each) => each.check.id === id)) {
      const report = reportOf(check);
      act(() => show(report));
      const shown = textOf(row);
      const sees = (text: string) => expect(shown, name).toContain(plain(text));
      sees(title);
      sees(doctor.states[check.state]);
      for (const { text, source } of check.evidence) {
        sees(text);
        if (source !== null) sees(doctor.source(source));
      }
      if (check.failure !== null) {
        sees(checkWords(check).problem ?? '');
        sees(doctor.code(check.failure.code));
      }
      if (check.against !== null) sees(doctor.against(check.against));
      if (check.remedy !== null) sees(`${doctor.toDo} ${check.remedy}`);
      else expect(shown, name).not.toContain(doctor.toDo);
      expect(shown.includes(doctor.mendFirst), name).toBe(check.state === 'failed');

      const isFirst = check.state === 'unknown';
      const again = id === 'probe' ? (isFirst ? doctor.probe : doctor.probeAgain) : doctor.recheck(title);
      act(() => buttonOf(row, again).click());
      if (id === 'probe') expect(onProbe, name).toHaveBeenLastCalledWith(!isFirst);
      else expect(onRecheck, name).toHaveBeenLastCalledWith(id);

      await act(async () => buttonOf(document.body, doctor.copyAll).click());
      const copied = copy.mock.lastCall?.[0] ?? '';
      expect(copied, name).toBe(doctorText(report));
      for (const part of partsOf(check)) expect(plain(copied), name).toContain(plain(part));
    }
    copy.mockRestore();
  });

  test('of which every check has one', () => {
    const failing = new Set(recorded.filter(({ check }) => check.failure !== null).map(({ check }) => check.id));
    expect(checkId.options.filter((id) => !failing.has(id))).toEqual([]);
  });
});
