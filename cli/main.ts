import { parseArgs } from 'node:util';
import { AppError } from '../shared/errors.ts';
import type { Command } from './command.ts';
import { compareCommand } from './commands/compare.ts';
import { chatCommand } from './commands/chat.ts';
import { chatsCommand } from './commands/chats.ts';
import { footprintCommand } from './commands/footprint.ts';
import { doctorCommand } from './commands/doctor.ts';
import { fitCommand } from './commands/fit.ts';
import { gpusCommand } from './commands/gpus.ts';
import { loginCommand, logoutCommand } from './commands/login.ts';
import { logsCommand } from './commands/logs.ts';
import { metricsCommand } from './commands/metrics.ts';
import { migCommand } from './commands/mig.ts';
import { profilesCommand } from './commands/profiles.ts';
import { psCommand } from './commands/ps.ts';
import { pullCommand } from './commands/pull.ts';
import { restartCommand, resumeCommand, rmCommand, startCommand, stopCommand } from './commands/life-cycle.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { supportCommand } from './commands/support.ts';
import { exitCodeFor, exitCodes } from './exit-codes.ts';
import { createInterrupt } from './interrupt.ts';
import { createPrinter, layOut } from './print.ts';
import { openSession, type Session } from './session.ts';

const commands: Command[] = [
  gpusCommand,
  fitCommand,
  doctorCommand,
  loginCommand,
  logoutCommand,
  pullCommand,
  runCommand,
  psCommand,
  stopCommand,
  startCommand,
  restartCommand,
  resumeCommand,
  rmCommand,
  logsCommand,
  metricsCommand,
  chatCommand,
  chatsCommand,
  compareCommand,
  profilesCommand,
  migCommand,
  serveCommand,
  supportCommand,
  footprintCommand,
];

function help(): string {
  return [
    'nimdeck: NVIDIA NIM on your own machine.',
    '',
    ...layOut(
      ['Commands', ''],
      commands.map(({ name, summary }) => [`  ${name}`, summary]),
    ),
    '',
    'How a command is used: nimdeck COMMAND --help',
    'Every command takes --json, and --practice: then it speaks to the practice mode that runs.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 engine cannot be used,',
    '4 key needed or refused, 5 NIM ended or not ready, 130 cancelled.',
  ].join('\n');
}

function parse(command: Command, args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        practice: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        ...command.options,
      },
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
    return { values, positionals };
  } catch (error) {
    // Node adds advice about `--` behind its first sentence, which leads away from what was mistyped.
    const [what] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new AppError('BAD_INPUT', `${what}. usage: nimdeck ${command.usage}`, undefined, { cause: error });
  }
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const isLeading = args[0] === '--practice';
  const [name, ...rest] = isLeading ? [...args.slice(1, 2), '--practice', ...args.slice(2)] : args;
  const print = createPrinter(rest.includes('--json'));
  const interrupt = createInterrupt((text) => print.note(text));
  let session: Session | null = null;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      createPrinter(false).line(help());
      return name === undefined ? exitCodes.badUsage : exitCodes.done;
    }
    const command = commands.find((candidate) => candidate.name === name);
    if (command === undefined) throw new AppError('BAD_INPUT', `There is no command “${name}”. See: nimdeck help`);
    const { values, positionals } = parse(command, rest);
    if (values['help'] === true) {
      print.line(`usage: nimdeck ${command.usage}\n${command.summary}`);
      return exitCodes.done;
    }
    if (positionals.length < command.positionals.min || positionals.length > command.positionals.max) {
      throw new AppError('BAD_INPUT', `usage: nimdeck ${command.usage}`);
    }
    return await command.run({
      args: rest,
      positionals,
      options: values,
      print,
      interrupt,
      api: async () => {
        session ??= await openSession(print, interrupt, values['practice'] === true ? 'practice' : 'real');
        return session.api;
      },
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!interrupt.isUnread) print.error(error);
    return exitCodeFor(error.code);
  } finally {
    await (session as Session | null)?.close();
    interrupt.close();
  }
}
