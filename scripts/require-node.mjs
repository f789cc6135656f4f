// Plain JavaScript that any Node can read: an older one would stop at the first type with a riddle.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(`Nimdeck needs Node 24; this is ${process.version} (${process.execPath}).`);
  console.error('On Linux and Windows "npm ci" brings it; on macOS install Node 24.');
  process.exit(1);
}
