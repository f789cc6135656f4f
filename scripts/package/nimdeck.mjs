#!/usr/bin/env node
// Plain JavaScript that any Node can read: an older one would stop at the first built-in module that it lacks.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= 24) {
  await import('../out/cli/nimdeck.js');
} else {
  process.stderr.write(`Nimdeck needs Node 24 or newer; this is ${process.version} (${process.execPath}).\n`);
  process.exitCode = 1;
}
