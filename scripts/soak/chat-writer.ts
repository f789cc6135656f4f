// A program that a soak kills: a whole core with two chats whose answers it asks for without end, each question as soon as
// the last answer has ended. Prints, a line of JSON each, that it is open, what it asked, what it has seen of each answer
// and when, and which have ended.
import { createServices } from '../../core/index.ts';
import { createNodeDeps } from '../../core/node-deps.ts';
import type { ChatTarget } from '../../shared/contract/chat.ts';

const [dataFolder = '', url = '', prefix = ''] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const begin = performance.now();
const deps = await createNodeDeps({ shell: 'terminal', dataFolder });
const { api } = await createServices(deps);
for await (const { newest, loose } of api.chat.watch({})) {
  say({ kind: 'opened', ms: Math.round(performance.now() - begin), chats: loose, newest: newest[0]?.title ?? null });
  break;
}

const target: ChatTarget = { kind: 'address', url, model: 'soak', keyName: null };
const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

async function talk(name: string): Promise<never> {
  let conversationId: string | null = null;
  for (let number = 0; ; number += 1) {
    const key = `${prefix}-${name}-${number}`;
    const sent: { conversationId: string; turnId: string; messageId: string } = await api.chat.send({
      conversationId,
      target,
      text: key,
      parameters,
    });
    conversationId = sent.conversationId;
    say({ kind: 'sent', key, messageId: sent.messageId });
    let length = 0;
    for await (const { text, state } of api.chat.follow({ turnId: sent.turnId, textFrom: 0, reasoningFrom: 0 })) {
      length += text.length;
      say({ kind: 'at', key, length, ms: performance.now() });
      if (state === 'done') say({ kind: 'done', key });
      else if (state !== 'waiting' && state !== 'streaming') throw new Error(`${key} ended as ${state}`);
    }
  }
}

await Promise.all([talk('a'), talk('b')]);
