import { createInterface } from 'node:readline/promises';
import type { ChatParameters, TurnDelta } from '../../shared/contract/chat.ts';
import type { Attachment } from '../../shared/contract/conversations.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { formatDuration } from '../../shared/format.ts';
import { type Command, type CommandContext, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { startedNim } from '../lookup.ts';
import { readInput } from '../read-input.ts';
import { readImage } from '../read-image.ts';

interface Talk {
  api: Api;
  nim: Nim;
  parameters: ChatParameters;
  conversationId: string | null;
  /** Go with the first question. */
  images: Attachment[];
}

function statistics(delta: TurnDelta): string {
  const { ttftMs, totalMs, tokensPerSecond, promptTokens, completionTokens } = delta.timing;
  const parts = [
    ttftMs === null ? null : `TTFT ${Math.round(ttftMs)} ms`,
    tokensPerSecond === null ? null : `${tokensPerSecond.toFixed(1)} tokens/s`,
    promptTokens === null ? null : `${promptTokens} tokens in`,
    completionTokens === null ? null : `${completionTokens} out`,
    totalMs === null ? null : formatDuration(totalMs / 1000),
    // What is usual need not be said.
    delta.finishReason === null || delta.finishReason === 'stop' ? null : `ended: ${delta.finishReason}`,
  ];
  return `[${parts.filter((part) => part !== null).join(', ')}]`;
}

/** One question and its answer as it comes; Ctrl-C stops the answer, what had come stays. Answers the exit code. */
async function ask(talk: Talk, question: string, { print, interrupt }: CommandContext): Promise<number> {
  const sent = await talk.api.chat.send({
    conversationId: talk.conversationId,
    target: { kind: 'nim', nimId: talk.nim.id },
    text: question,
    parameters: talk.parameters,
    attachments: talk.images,
  });
  talk.conversationId = sent.conversationId;
  talk.images = [];
  const stop = () => void talk.api.chat.stop({ turnId: sent.turnId }).catch(() => undefined); // its end is seen below
  interrupt.handle(stop);
  interrupt.signal.addEventListener('abort', stop, { once: true });
  if (interrupt.signal.aborted) stop();
  let isReasoning = false;
  try {
    let last: TurnDelta | null = null;
    for await (const delta of talk.api.chat.follow({ turnId: sent.turnId, textFrom: 0, reasoningFrom: 0 })) {
      // Beside the answer, so that what a pipe gets is the answer alone.
      if (print.isLive && delta.reasoning !== '' && !isReasoning) print.note('Reasoning …');
      isReasoning ||= delta.reasoning !== '';
      print.text(delta.text);
      print.json(delta);
      last = delta;
    }
    print.text('\n');
    if (last === null) throw new AppError('STREAM_BROKEN', 'The answer never began.');
    for (const { name, arguments: given } of last.toolCalls) print.note(`Wants to call ${name}(${given})`);
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
  usage: 'chat NAME [PROMPT] [--system TEXT] [--image FILE]',
  summary: 'Ask a NIM once, or talk to it.',
  options: { system: { type: 'string' }, image: { type: 'string' } },
  positionals: { min: 1, max: 2 },
  async run(context) {
    const { positionals, options, interrupt, print } = context;
    // Before a NIM is waited for: a wrong name is said at once.
    const file = textOption(options, 'image');
    const images = file === null ? [] : [await readImage(file)];
    const api = await context.api();
    const talk: Talk = {
      api,
      nim: await startedNim(api, positionals[0] ?? '', interrupt.signal, (nim) =>
        print.note(`${nim.name} is starting; waiting until it is ready.`),
      ),
      parameters: { systemPrompt: textOption(options, 'system'), temperature: null, topP: null, maxTokens: null },
      conversationId: null,
      images,
    };
    const question =
      positionals[1] ?? (process.stdin.isTTY ? null : (await readInput(process.stdin, interrupt.signal)).trim());
    if (question === null) return await converse(talk, context);
    if (question === '' && images.length === 0)
      throw new AppError('BAD_INPUT', 'There is no question: give it behind the name or on standard input.');
    return await ask(talk, question, context);
  },
};
