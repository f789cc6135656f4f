// Loaded by `--import=…/count-outside.mjs?FILE` into the programs of a test: writes down each connection that would leave
// this machine.
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

const file = new URL(import.meta.url).search.slice(1);
const loopback = /^(localhost|127(\.\d+){3}|::1)$/;
const connect = Reflect.get(Socket.prototype, 'connect');

Socket.prototype.connect = function countedConnect(...args) {
  // Node's own callers pass one array of normalised arguments.
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' ? (options.host ?? (options.path === undefined ? 'localhost' : null)) : null;
  if (host !== null && !loopback.test(host)) appendFileSync(file, `${host}\n`);
  return connect.apply(this, args);
};
appendFileSync(file, 'loaded\n');
