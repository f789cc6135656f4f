// Everything CI runs, in the order of speed; `--static` leaves out the tests.
import { printTimes, run, stage } from './stages.ts';

const checks: [name: string, program: string, args: string[]][] = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['unused code', 'knip', ['--no-progress', '--no-config-hints']],
  ['layers', 'node', ['scripts/check-layers.ts']],
  ['words', 'node', ['scripts/check-words.ts']],
  ['tokens', 'node', ['scripts/check-tokens.ts']],
  ['licences', 'node', ['scripts/check-licences.ts']],
];
if (!process.argv.includes('--static')) checks.push(['tests', 'npm', ['test', '--silent']]);
// Last: nothing generated or formatted may have drifted.
checks.push(['nothing changed', 'git', ['diff', '--exit-code', '--stat']]);

const failed: string[] = [];
for (const [name, program, args] of checks) {
  if ((await stage(name, () => run(program, args))) !== 0) failed.push(name);
}
printTimes();
if (failed.length > 0) {
  console.log(`not right: ${failed.join(', ')}`);
  process.exitCode = 1;
}
