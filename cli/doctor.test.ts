import { expect, test } from 'vitest';
import { doctorReport } from '../shared/contract/doctor.ts';
import { z } from '../shared/zod.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';

/** On a machine without an engine, with no core beside it, and asking nobody outside. */
async function doctor(...args: string[]) {
  using deps = createTestDeps();
  const env = { PATH: '/nowhere', CUDA_VISIBLE_DEVICES: '-1' };
  const { printed, exitCode } = startTerminal(deps, ['doctor', '--offline', ...args], env);
  return { exitCode: await exitCode, stdout: printed.stdout };
}

test('says what is broken and what mends it, and ends with another code than 0', { timeout: 60_000 }, async () => {
  const { stdout, exitCode } = await doctor();
  expect([1, 3]).toContain(exitCode);
  expect(stdout).toMatch(/^Broken +Engine answers$/m);
  expect(stdout).toContain('There is no engine at unix:///nowhere/docker.sock. (ENGINE_UNREACHABLE)');
  expect(stdout).toContain('To do: Start Docker');
  expect(stdout).toMatch(/^Waits +Shared memory +for: Engine answers$/m);
  expect(stdout).toContain('CUDA_VISIBLE_DEVICES=-1 hides every GPU');
  expect(stdout).toMatch(/^Not known +Hosts can be reached\n +Not looked at\.$/m);
  expect(stdout).toMatch(/^Broken: /m);
});

test('as JSON: the report as the contract has it, and the link to mend first', { timeout: 60_000 }, async () => {
  const { stdout, exitCode } = await doctor('--json');
  const report = doctorReport.extend({ firstBroken: z.string() }).parse(JSON.parse(stdout));
  const broken = report.checks.find(({ id }) => id === report.firstBroken);
  expect(broken).toMatchObject({ state: 'failed', failure: { code: expect.any(String) } });
  expect(broken?.remedy).toEqual(expect.any(String));
  expect(exitCode).not.toBe(0);
});
