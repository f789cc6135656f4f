import { createInterface } from 'node:readline/promises';
import type { ChatParameters, TurnDelta } from '../../shared/contract/chat.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { formatDuration } from '../../shared/format.ts';
import { type Command, type CommandContext, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { startedNim } from '../lookup.ts';
import { readInput } from '../read-input.ts';

interface Talk {
  api: Api;
  nim: Nim;
  parameters: ChatParameters;
  conversationId: string | null;
}

function statistics(delta: TurnDelta): string {
  const { ttftMs, totalMs, tokensPerSecond, completionTokens } = delta.timing;
  const parts = [
    ttftMs === null ? null : `TTFT ${Math.round(ttftMs)} ms`,
    tokensPerSecond === null ? null : `${tokensPerSecond.toFixed(1)} tokens/s`,
    completionTokens === null ? null : `${completionTokens} tokens`,
    totalMs === null ? null : formatDuration(totalMs / 1000),
  ];
  return `[${parts.filter((part) => part !== null).join(', ')}]`;
}

/** One question and its answer as it comes; Ctrl-C stops the answer, what had come stays. Answers the exit code. */
async function ask(talk: Talk, question: string, { print, interrupt }: CommandContext): Promise<number> {
  const sent = await talk.api.chat.send({
    conversationId: talk.conversationId,
    nimId: talk.nim.id,
    text: question,
    parameters: talk.parameters,
  });
  talk.conversationId = sent.conversationId;
  const stop = () => void talk.api.chat.stop({ turnId: sent.turnId }).catch(() => undefined); // its end is seen below
  interrupt.handle(stop);
  interrupt.signal.addEventListener('abort', stop, { once: true });
  if (interrupt.signal.aborted) stop();
  try {
    let last: TurnDelta | null = null;
    for await (const delta of talk.api.chat.follow({ turnId: sent.turnId, textFrom: 0, reasoningFrom: 0 })) {
      print.text(delta.text);
      print.json(delta);
      last = delta;
    }
    print.text('\n');
    if (last === null) throw new AppError('STREAM_BROKEN', 'The answer never began.');
    if (last.failure !== null) throw new AppError(last.failure.code, last.failure.message, last.failure.detail);
    if (print.isLive) print.note(statistics(last));
    return last.state === 'stopped' ? exitCodes.cancelled : exitCodes.done;
  } finally {
    interrupt.handle(null);
    interrupt.signal.removeEventListener('abort', stop);
  }
}

async function converse(talk: Talk, context: CommandContext): Promise<number> {
  context.print.note(`Chat with ${talk.nim.name}. Ctrl-C stops an answer, Ctrl-D ends.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  try {
    for (;;) {
      const question = await terminal.question('> ', { signal: context.interrupt.signal }).catch(() => null);
      if (question === null) return exitCodes.done;
      if (question.trim() !== '') await ask(talk, question, context);
    }
  } finally {
    terminal.close();
  }
}

export const chatCommand: Command = {
  name: 'chat',
  usage: 'chat NAME [PROMPT] [--system TEXT]',
  summary: 'Ask a NIM once, or talk to it.',
  options: { system: { type: 'string' } },
  positionals: { min: 1, max: 2 },
  async run(context) {
    const { positionals, options, interrupt, print } = context;
    const api = await context.api();
    const talk: Talk = {
      api,
      nim: await startedNim(api, positionals[0] ?? '', interrupt.signal, (nim) =>
        print.note(`${nim.name} is starting; waiting until it is ready.`),
      ),
      parameters: { systemPrompt: textOption(options, 'system'), temperature: null, topP: null, maxTokens: null },
      conversationId: null,
    };
    const question =
      positionals[1] ?? (process.stdin.isTTY ? null : (await readInput(process.stdin, interrupt.signal)).trim());
    if (question === null) return await converse(talk, context);
    if (question === '')
      throw new AppError('BAD_INPUT', 'There is no question: give it behind the name or on standard input.');
    return await ask(talk, question, context);
  },
};
