import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openCore } from '../core/host/open-core.ts';
import { createNodeDeps } from '../core/node-deps.ts';
import type { Attachment } from '../shared/contract/conversations.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import { hostileCases, hostileLines } from './hostile-cases.ts';
import { hostileCalls, type HostileServer } from './hostile-far-side.ts';
import type { World } from './shell.ts';

const parameters = { systemPrompt: hostileLines.join('\n'), temperature: null, topP: null, maxTokens: null };
export const first = hostileLines[0] ?? '';
const file = (name: string, changes: Partial<Attachment> = {}): Attachment => ({
  kind: 'text',
  name,
  mediaType: name.slice(0, 128),
  sizeBytes: 1,
  width: null,
  height: null,
  data: name,
  ...changes,
});
export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hostile=1"><script>window.hostile=1</script></svg>',
);
const picture = file(`${first}.svg`, {
  kind: 'image',
  mediaType: 'image/svg+xml',
  width: 8,
  height: 8,
  data: svg.toString('base64'),
});

/** Beside the shell, to the same core. */
export async function joinCore(world: World): Promise<{ api: Api } & AsyncDisposable> {
  // The shell prints its address before its core is begun; whoever comes before that would own it.
  const ownerFile = join(world.folder, 'data', 'core.json');
  await expect.poll(() => existsSync(ownerFile), { timeout: 60_000 }).toBe(true);
  const deps = await createNodeDeps({ shell: 'terminal', dataFolder: join(world.folder, 'data'), env: world.env });
  const core = await openCore(deps);
  const api = connect(await core.newPort(), contract);
  return { api, [Symbol.asyncDispose]: () => core.close() };
}

async function ended(api: Api, turnId: string): Promise<void> {
  for await (const { state } of api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 }))
    if (state !== 'waiting' && state !== 'streaming') return;
}

export interface Filled {
  chats: { texts: string; format: string; tools: string; refuse: string; page: string; broken: string };
  comparisonId: string;
  html: string;
}

/** Everything that has a name or a text, with one that nobody trusts. */
export async function fill(api: Api, server: HostileServer): Promise<Filled> {
  await api.chat.saveAddress({ id: null, name: first.slice(0, 100), url: server.url, model: null });
  const target = (index: number) =>
    ({ kind: 'address', url: server.url, model: server.models[index] ?? '', keyName: null }) as const;
  const ask = async (text: string, more: Partial<Parameters<Api['chat']['send']>[0]> = {}) => {
    const begun = await api.chat.send({ conversationId: null, target: target(0), text, parameters, ...more });
    await ended(api, begun.turnId);
    return begun;
  };
  for (const [index, line] of hostileLines.entries()) {
    const { folderId } = await api.chat.createFolder({ name: line.slice(0, 200) });
    const { conversationId } = await ask(line, { target: target(index) });
    await api.chat.rename({ conversationId, title: line.slice(0, 200) });
    if (index % 3 === 0) await api.chat.moveToFolder({ conversationId, folderId });
    if (index % 3 === 1) await api.chat.pin({ conversationId, isPinned: true });
  }
  const texts = await ask(hostileCases.map(({ text }) => text).join('\n\n'), {
    attachments: [...hostileLines.map((line) => file(line)), picture],
  });
  const schema = { type: 'object', properties: { [first]: { type: 'string' } }, required: [first] };
  const format = await ask('format', { responseFormat: { kind: 'schema', name: 'answer', schema } });
  const tools = await ask('tools');
  const results = hostileCalls.map(({ text }, index) => ({
    callId: `call-${index}`,
    name: first,
    content: text,
    isError: index % 2 === 0,
  }));
  const answered = await ask('tools');
  const { turnId } = await api.chat.toolResult({
    messageId: answered.messageId,
    results,
    target: target(0),
    parameters,
  });
  await ended(api, turnId);
  await api.settings.update({
    preparedPrompts: hostileLines.slice(0, 9),
    chatTools: [{ name: 'mine', description: hostileLines.join('\n'), parameters: { [first]: first } }],
    chatPresets: [{ name: first.slice(0, 100), parameters }],
  });
  const chats = {
    texts: texts.conversationId,
    format: format.conversationId,
    tools: tools.conversationId,
    refuse: (await ask('refuse')).conversationId,
    page: (await ask('page')).conversationId,
    broken: (await ask('broken')).conversationId,
  };
  const column = (index: number) => ({
    id: `column-${index}`,
    name: (hostileLines[index] ?? '').slice(0, 300),
    target: target(index),
    parameters: index % 2 === 0 ? parameters : null,
  });
  const setup = {
    title: first.slice(0, 200),
    columns: [0, 1].map(column),
    parameters,
    order: 'together',
    isBlind: false,
  } as const;
  for (const line of hostileLines)
    await api.compare.create({ ...setup, title: line.slice(0, 200), columns: [column(0)] });
  const { comparisonId } = await api.compare.create({ ...setup, columns: [...setup.columns] });
  const rows = hostileLines.slice(0, 6).map((line, index) => ({
    prompt: hostileLines.slice(index * 5, index * 5 + 5).join('\n'),
    name: line.slice(0, 300),
  }));
  const { prompts } = await api.compare.readPrompts({
    fileName: `${first}.json`.slice(0, 512),
    text: JSON.stringify(rows),
  });
  if (prompts.length !== rows.length) throw new Error('not every prompt was read');
  const more = ['refuse', 'page', 'broken'].map((prompt) => ({ prompt, name: first.slice(0, 300) }));
  await api.compare.runSet({ comparisonId, prompts: [...more, ...prompts] });
  for await (const { progress } of api.compare.watch({ comparisonId })) if (progress.state === 'idle') break;
  const { rounds } = await api.compare.rounds({ comparisonId, from: 0, count: 100 });
  for (const [index, { id }] of rounds.entries()) {
    await api.compare.note({ roundId: id, note: hostileLines.slice(index * 3, index * 3 + 3).join('\n') });
    if (index % 2 === 0) await api.compare.vote({ roundId: id, vote: { kind: 'column', columnId: 'column-1' } });
  }
  let html = '';
  for await (const { text } of api.compare.export({ comparisonId, format: 'html' })) html += text;
  return { chats, comparisonId, html };
}
