import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Duplex } from 'node:stream';
import { runNim } from '../nim/program.ts';
import { type Container, isNimProgram } from './container.ts';
import { frame } from './container-log.ts';
import { toVariables } from './container-spec.ts';
import type { Containers } from './containers.ts';
import { EngineError, isRecord, route, type Route, sendJson, sendNothing, textOf, textsOf } from './http.ts';
import { openRawStream } from './hijack.ts';
import { ownVariables } from './nim-process.ts';
import type { ProcessOutput } from './process.ts';
import { programs, startShell } from './shell.ts';
import { smiInside } from './smi-inside.ts';
import { nowNano } from './clock.ts';

interface Exec {
  id: string;
  container: Container;
  command: string[];
  env: Record<string, string>;
  user: string;
  isTty: boolean;
  takesInput: boolean;
  isRunning: boolean;
  exitCode: number | null;
  pid: number;
}

/** As many as a user could ask about; real engines forget them as well. */
const remembered = 200;

export function execRoutes(containers: Containers, nextPid: () => number): Route[] {
  const execs = new Map<string, Exec>();

  function find(id: string | undefined): Exec {
    const exec = execs.get(id ?? '');
    if (exec === undefined) throw new EngineError(404, `No such exec instance: ${id}`);
    return exec;
  }

  async function run(exec: Exec, output: ProcessOutput, input?: AsyncIterator<string>): Promise<void> {
    const { container, command } = exec;
    exec.isRunning = true;
    exec.pid = nextPid();
    container.emit(`exec_start: ${command.join(' ')}`, { execID: exec.id });
    exec.exitCode = await execute(exec, output, input);
    exec.isRunning = false;
    exec.pid = 0;
    container.emit('exec_die', { execID: exec.id, exitCode: String(exec.exitCode) });
  }

  return [
    route('POST /containers/{id}/exec', ({ params, body, response }) => {
      const container = containers.get(params['id'] ?? '');
      if (!container.isRunning) throw new EngineError(409, `container ${container.id} is not running`);
      const command = isRecord(body) ? (textsOf(body['Cmd']) ?? []) : [];
      if (!isRecord(body) || command.length === 0) throw new EngineError(400, 'No exec command specified');
      const id = randomBytes(32).toString('hex');
      execs.set(id, {
        id,
        container,
        command,
        env: toVariables(textsOf(body['Env']) ?? []),
        user: textOf(body['User']) ?? '',
        isTty: body['Tty'] === true,
        takesInput: body['AttachStdin'] === true,
        isRunning: false,
        exitCode: null,
        pid: 0,
      });
      const [oldest] = execs.keys();
      if (execs.size > remembered && oldest !== undefined) execs.delete(oldest);
      container.emit(`exec_create: ${command.join(' ')}`, { execID: id });
      sendJson(response, { Id: id }, 201);
    }),
    route('POST /exec/{id}/start', async (call) => {
      const exec = find(call.params['id']);
      if (!exec.container.isRunning) {
        throw new EngineError(409, `container ${exec.container.id} is not running`);
      }
      if (exec.exitCode !== null || exec.isRunning) {
        throw new EngineError(409, `Error: Exec command ${exec.id} has already run`);
      }
      if (isRecord(call.body) && call.body['Detach'] === true) {
        void run(exec, { out: () => {}, err: () => {} });
        sendNothing(call.response, 200);
        return;
      }
      const to = openRawStream(call, exec.isTty, exec.takesInput);
      const input = exec.takesInput && call.upgrade !== null ? readLines(call.upgrade) : undefined;
      const write = (output: 'stdout' | 'stderr') => (text: string) =>
        void to.write(frame({ output, text, nano: nowNano() }, exec.isTty, false));
      await run(exec, { out: write('stdout'), err: write('stderr') }, input);
      to.end();
    }),
    route('POST /exec/{id}/resize', ({ params, response }) => {
      find(params['id']);
      sendNothing(response, 201);
    }),
    route('GET /exec/{id}/json', ({ params, response }) => {
      const { id, container, command, isTty, isRunning, exitCode, pid, user } = find(params['id']);
      const [entrypoint = '', ...args] = command;
      sendJson(response, {
        ID: id,
        Running: isRunning,
        ExitCode: exitCode,
        ProcessConfig: { tty: isTty, entrypoint, arguments: args, privileged: false, user },
        OpenStdin: false,
        OpenStderr: true,
        OpenStdout: true,
        CanRemove: false,
        ContainerID: container.id,
        DetachKeys: '',
        Pid: pid,
      });
    }),
  ];
}

/** What a client sends on its connection; ends with it. */
async function* readLines(connection: Duplex): AsyncGenerator<string, void, undefined> {
  try {
    yield* createInterface({ input: connection });
  } catch {
    // The client has left.
  }
}

async function execute(
  { container, command, env }: Exec,
  output: ProcessOutput,
  input: AsyncIterator<string> | undefined,
): Promise<number> {
  const [first = ''] = command;
  const all = { ...container.env(), ...env };
  if (isNimProgram(first) && container.image.recipe.content.kind === 'nim') {
    const own = ownVariables(container.image.recipe.content, container.devices());
    const args = [first.replace(/^.*\//, '')];
    return await runNim({ ...own, ...all }, args, output, () => Promise.reject(new Error('address already in use')));
  }
  const smi = (args: readonly string[], to: ProcessOutput) => smiInside(args, container.devices(), to);
  const tools = container.devices().length > 0 ? { 'nvidia-smi': smi } : {};
  if (/^(?:\/usr\/bin\/)?nvidia-smi$/.test(first) && 'nvidia-smi' in tools) return smi(command.slice(1), output);
  if (!programs.has(first.replace(/^(?:\/usr)?\/bin\//, ''))) {
    output.out(
      `OCI runtime exec failed: exec failed: unable to start container process: exec: "${first}": executable file not found in $PATH: unknown\r\n`,
    );
    return 126;
  }
  const process = startShell({
    command,
    env: all,
    output,
    memoryBytes: null,
    tools,
    ...(input === undefined ? {} : { input }),
  });
  // With its container everything in it ends.
  const end = container.wait(false).then(() => process.signal('KILL'));
  const { code } = await Promise.race([process.exited, end.then(() => process.exited)]);
  return code;
}
