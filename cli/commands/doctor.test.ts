import { describe, expect, test } from 'vitest';
import { recordedChecks } from '../../core/testing/recorded-checks.ts';
import { type Check, checkId, type DoctorReport, doctorReport } from '../../shared/contract/doctor.ts';
import type { Api } from '../../shared/contract/index.ts';
import { checkStateWords, checkTitles, checkWords } from '../../shared/doctor.ts';
import { z } from '../../shared/zod.ts';
import type { OptionValues } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { createPrinter } from '../print.ts';
import { doctorCommand } from './doctor.ts';

const good = (id: Check['id']): Check => ({
  id,
  state: 'ok',
  evidence: [{ text: 'Seen.', source: null }],
  failure: null,
  remedy: null,
  against: null,
  brokenBy: null,
  checkedAt: null,
  tookMs: null,
});

/** What the command asks, prints and ends with on a machine that is good but for one check. */
async function run(check: Check, options: OptionValues = {}, isJson = false) {
  const report: DoctorReport = {
    checks: checkId.options.map((id) => (id === check.id ? check : good(id))),
    isRunning: false,
    isProbing: false,
  };
  const asked: unknown[] = [];
  let printed = '';
  const doctor = {
    check: async (input: unknown) => {
      asked.push(['check', input]);
      return report;
    },
    probe: async (input: unknown) => {
      asked.push(['probe', input]);
      return report;
    },
  };
  const code = await doctorCommand.run({
    args: [],
    positionals: [],
    options,
    print: createPrinter(isJson, { write: (text: string | Uint8Array) => (printed += String(text)) !== '' }),
    interrupt: { signal: new AbortController().signal } as never,
    api: async () => ({ doctor }) as unknown as Api,
  });
  return { code, printed, asked, report };
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('every check with every failure, as simulated machines and engines have it', () => {
  test.each(recordedChecks().map(({ name, check }) => [name, check.id, check] as const))(
    '%s (%s)',
    async (_, id, check) => {
      const { code, printed } = await run(check);
      const { problem, seen } = checkWords(check);
      const from = printed.indexOf(`${checkStateWords[check.state].padEnd(12)}  ${checkTitles[id]}`);
      expect(from).toBeGreaterThan(-1);
      // Up to the next check, whose line is not indented.
      const block = plain(/^[^\n]*(?:\n {2,}[^\n]*)*/.exec(printed.slice(from))?.[0] ?? '');
      if (check.failure !== null) expect(block).toContain(plain(`${problem} (${check.failure.code})`));
      if (check.remedy !== null) expect(block).toContain(plain(`To do: ${check.remedy}`));
      const isShort = check.state === 'ok' || check.state === 'not-applicable';
      const told = isShort ? seen.slice(0, 1) : seen;
      for (const { text, source } of told) {
        expect(block).toContain(plain(text));
        if (source !== null && !isShort) expect(block).toContain(plain(`[${source}]`));
      }
      if (check.against !== null && !isShort) expect(block).toContain(plain(`Measured against: ${check.against}`));
      expect(code).toBe(check.state === 'failed' ? exitCodeFor(check.failure?.code ?? 'INTERNAL') : 0);
      if (check.state === 'failed') expect(printed).toContain(`\nBroken: ${checkTitles[id]}.\n`);

      const whole = plain((await run(check, { all: true })).printed);
      for (const { text, source } of seen)
        expect(whole).toContain(plain(source === null ? text : `${text} [${source}]`));

      const json = await run(check, {}, true);
      expect(json.code).toBe(code);
      const parsed = doctorReport.extend({ firstBroken: z.string().nullable() }).parse(JSON.parse(json.printed));
      expect(parsed).toEqual({ ...json.report, firstBroken: check.state === 'failed' ? id : null });
    },
  );
});

describe('what is asked', () => {
  const offline = checkId.options.filter((id) => !['key', 'hosts', 'probe'].includes(id));
  test.each([
    [{}, [['check', { ids: null }]]],
    [{ offline: true }, [['check', { ids: offline }]]],
    [
      { probe: true },
      [
        ['check', { ids: null }],
        ['probe', { isAgain: true }],
      ],
    ],
  ] satisfies [OptionValues, unknown[]][])('%o', async (options, expected) => {
    expect((await run(good('platform'), options)).asked).toEqual(expected);
  });
});
