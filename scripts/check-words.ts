// What must not stand in the tree: hosts of package registries, absolute paths of a machine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './stages.ts';

const home = homedir();
const forbidden: [what: string, shape: RegExp][] = [
  // In pieces, so that this file does not hold what it looks for.
  ['host of a package registry', new RegExp(['registry', '(npmjs|yarnpkg|npmmirror)', '[a-z]+'].join('\\.'))],
  ['resolved address in the lock file', /"resolved":\s*"https?:/],
  ['path of this machine', new RegExp(`(^|[\\s'"\`(=:])(${home === '/' ? '/root' : home}/|${join(root, '..')}/)`)],
];

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\0')
  .filter((file) => file !== '' && !/\.(png|ico|woff2|bin)$/.test(file));

let found = 0;
for (const file of files) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [what, shape] of forbidden) {
      if (!shape.test(line)) continue;
      found += 1;
      console.log(`${file}:${index + 1}: ${what}`);
    }
  }
}
console.log(`words: ${files.length} files read, ${found} findings`);
process.exitCode = found === 0 && files.length > 0 ? 0 : 1;
