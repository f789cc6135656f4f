import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerProcess, Exit, ProcessOutput, Signal } from './process.ts';
import { type Command, parseScript, type Statement } from './shell-syntax.ts';

export interface ShellOptions {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  output: ProcessOutput;
  /** Null: none. */
  memoryBytes: number | null;
  /** What `read` takes its lines from; without it there is none. */
  input?: AsyncIterator<string>;
  /** What lies in the container beside the image's own, by name. Each returns its exit code. */
  tools?: Readonly<Record<string, (args: readonly string[], output: ProcessOutput) => number>>;
}

class ShellExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super();
    this.code = code;
  }
}

const outOfMemory = new Error('out of memory');

/** The programs of the tiny image; what is not here is not found. */
export const programs: ReadonlySet<string> = new Set([
  'sh',
  'ash',
  'echo',
  'printf',
  'sleep',
  'true',
  'false',
  'env',
  'printenv',
  'cat',
  'tail',
  'seq',
  'test',
  '[',
  'id',
  'hostname',
  'ls',
  'uname',
  'yes',
]);

/**
 * A process of a plain image: the few words of a shell that tests and tries need (loops, traps, echo, sleep), nothing of
 * this machine. As the first process of its container it ignores what it does not trap, except KILL.
 */
export function startShell({ command, env, output, memoryBytes, input, tools = {} }: ShellOptions): ContainerProcess {
  const killed = new AbortController();
  const untilKilled = Promise.withResolvers<never>();
  untilKilled.promise.catch(() => {});
  const traps = new Map<string, string>();
  const pending: Signal[] = [];
  const variables = new Map(Object.entries(env));
  let status = 0;

  async function runPending(): Promise<void> {
    for (const signal of pending.splice(0)) {
      const script = traps.get(signal);
      if (script !== undefined && script !== '') await runAll(parseScript(script), output);
    }
  }

  function expand(text: string): string {
    return text.replace(
      /\$\(\(([^)]*)\)\)|\$\{(\w+)\}|\$(\w+|\?)/g,
      (_all, sum: string, braced: string, plain: string) => {
        if (sum !== undefined) return String(calculate(sum));
        const name = braced ?? plain;
        return name === '?' ? String(status) : (variables.get(name) ?? '');
      },
    );
  }

  function calculate(sum: string): number {
    const [left = '0', operator = '+', right = '0'] = sum.trim().split(/\s*([+*-])\s*/);
    const value = (term: string) => Number(variables.get(term.replace(/^\$/, '')) ?? (term || 0));
    if (operator === '*') return value(left) * value(right);
    return operator === '-' ? value(left) - value(right) : value(left) + value(right);
  }

  async function runAll(statements: readonly Statement[], to: ProcessOutput): Promise<void> {
    for (const statement of statements) {
      killed.signal.throwIfAborted();
      await runPending();
      await runOne(statement, to);
    }
    await runPending();
  }

  async function runOne(statement: Statement, to: ProcessOutput): Promise<void> {
    if (statement.kind === 'while') {
      for (;;) {
        await runAll(statement.condition, to);
        if (status !== 0) break;
        await runAll(statement.body, to);
        // A loop without a pause must not keep this process from everything else.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      status = 0;
    } else if (statement.kind === 'for') {
      for (const item of statement.items.flatMap((each) => expand(each).split(/\s+/))) {
        variables.set(statement.name, item);
        await runAll(statement.body, to);
      }
    } else if (statement.kind === 'if') {
      await runAll(statement.condition, to);
      if (status === 0) await runAll(statement.body, to);
      else await runAll(statement.otherwise, to);
    } else if (statement.condition === null || (statement.condition === 'and') === (status === 0)) {
      await runCommand(
        statement.words.map(({ text, isQuoted }) => (isQuoted ? text : expand(text))),
        targetOf(statement, to),
      );
    }
  }

  async function runCommand(words: readonly string[], to: ProcessOutput): Promise<void> {
    const [name = '', ...args] = words;
    const assignment = /^(\w+)=(.*)$/s.exec(name);
    status = 0;
    if (assignment !== null) variables.set(assignment[1] ?? '', assignment[2] ?? '');
    else if (name === 'exit') throw new ShellExit(Number(args[0] ?? 0));
    else if (name === 'read') await readLine(args.at(-1) ?? 'REPLY');
    else if (name === 'exec') await runProgram(args, to);
    else if (name === 'trap') for (const signal of args.slice(1)) traps.set(signal.replace(/^SIG/, ''), args[0] ?? '');
    else await runProgram(words, to);
    if (name === 'exec') throw new ShellExit(status);
  }

  /** A shell of its own: what ends it does not end the one around it. */
  async function runInner(script: string, to: ProcessOutput): Promise<void> {
    try {
      await runAll(parseScript(script), to);
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error;
      status = error.code;
    }
  }

  async function readLine(variable: string): Promise<void> {
    const next = await Promise.race([input?.next(), untilKilled.promise]);
    const line = next === undefined || next.done === true ? null : next.value;
    status = line === null ? 1 : 0;
    variables.set(variable, line ?? '');
  }

  async function runProgram(words: readonly string[], to: ProcessOutput): Promise<void> {
    const [path = '', ...args] = words;
    const name = path.replace(/^(?:\/usr)?\/bin\//, '');
    const text = args.join(' ');
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (tool !== undefined) status = tool(args, to);
    else if (name === 'sh' || name === 'ash') {
      if (args[0] === '-c') await runInner(args[1] ?? '', to);
    } else if (name === 'echo') to.out(args[0] === '-n' ? args.slice(1).join(' ') : `${text}\n`);
    else if (name === 'printf') to.out((args[0] ?? '').replaceAll('\\n', '\n').replaceAll('\\r', '\r'));
    else if (name === 'sleep') await sleepInterruptibly(args[0] ?? '0');
    else if (name === 'env' || name === 'printenv') {
      for (const [key, value] of variables)
        if (args.length === 0 || args[0] === key) to.out(args.length === 0 ? `${key}=${value}\n` : `${value}\n`);
    } else if (name === 'seq') {
      for (let number = 1; number <= Number(args.at(-1)); number += 1) to.out(`${number}\n`);
    } else if (name === 'yes') {
      for (;;) {
        killed.signal.throwIfAborted();
        to.out('y\n'.repeat(100));
        await sleep(10, undefined, { signal: killed.signal });
      }
    } else if (name === '[' || name === 'test') status = isTrue(args.filter((arg) => arg !== ']')) ? 0 : 1;
    else if (name === 'false') status = 1;
    else if (name === 'id') to.out('uid=0(root) gid=0(root)\n');
    else if (name === 'hostname') to.out(`${variables.get('HOSTNAME') ?? 'container'}\n`);
    else if (name === 'uname') to.out('Linux\n');
    else if (name === 'tail' && args.includes('/dev/zero')) {
      // The classic way to fill a container's memory.
      await sleep(50, undefined, { signal: killed.signal });
      if (memoryBytes !== null) throw outOfMemory;
    } else if (!['true', ':', 'cat', 'tail', 'ls', 'wait'].includes(name)) {
      to.err(`sh: ${path}: not found\n`);
      status = 127;
    }
  }

  /** A shell runs its trap when the command in front is over; a `sleep` is not cut short. */
  async function sleepInterruptibly(seconds: string): Promise<void> {
    const longest = 2 ** 31 - 1;
    const length = seconds === 'infinity' ? longest : Math.min(Number(seconds) * 1000, longest);
    await sleep(length, undefined, { signal: killed.signal });
  }

  async function run(): Promise<Exit> {
    try {
      await runCommand(command, output);
      await runPending();
      return { code: status, isOutOfMemory: false };
    } catch (error) {
      if (error instanceof ShellExit) return { code: error.code, isOutOfMemory: false };
      if (error === outOfMemory) return { code: 137, isOutOfMemory: true };
      if (killed.signal.aborted) return { code: 137, isOutOfMemory: false };
      output.err(`sh: ${error instanceof Error ? error.message : String(error)}\n`);
      return { code: 2, isOutOfMemory: false };
    }
  }

  return {
    exited: run(),
    signal(signal) {
      if (signal !== 'KILL') {
        pending.push(signal);
        return;
      }
      killed.abort();
      untilKilled.reject(killed.signal.reason);
    },
  };
}

function targetOf({ toError, errorsToOutput, isSilent }: Command, to: ProcessOutput): ProcessOutput {
  if (toError) return { out: to.err, err: to.err };
  if (isSilent) return silent;
  return errorsToOutput ? { out: to.out, err: to.out } : to;
}

const silent: ProcessOutput = { out: () => {}, err: () => {} };

function isTrue([left = '', operator = '', right = '']: readonly string[]): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '-lt':
      return Number(left) < Number(right);
    case '-le':
      return Number(left) <= Number(right);
    case '-gt':
      return Number(left) > Number(right);
    case '-ge':
      return Number(left) >= Number(right);
    case '-eq':
      return Number(left) === Number(right);
    default:
      return left === '-n' ? operator !== '' : left === '-z' ? operator === '' : left !== '';
  }
}
