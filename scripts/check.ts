// Everything CI runs: the checks of the text two at a time, then the tests; `--static` leaves those out.
import { availableParallelism } from 'node:os';
import { printTimes, run, runAside, stage } from './stages.ts';

// The long ones first: the last one to end is then a short one.
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

const failed: string[] = [];
const note = (name: string, code: number) => {
  if (code !== 0) failed.push(name);
};

const waiting = [...checks];
const drive = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, program, args] = next;
    const { code, printed } = await stage(name, () => runAside(program, args));
    if (printed !== '') console.log(`-- ${name}\n${printed.trimEnd()}`);
    note(name, code);
  }
};
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 2) }, drive));

if (!process.argv.includes('--static')) note('tests', await stage('tests', () => run('npm', ['test', '--silent'])));
// Last: nothing generated or formatted may have drifted.
note('nothing changed', await stage('nothing changed', () => run('git', ['diff', '--exit-code', '--stat'])));
printTimes();
if (failed.length > 0) {
  console.log(`not right: ${failed.join(', ')}`);
  process.exitCode = 1;
}
