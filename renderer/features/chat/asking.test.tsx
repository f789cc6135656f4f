import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { noExtras } from '../../../shared/contract/conversations.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeTarget, noTargets } from '../../testing/fake-asking.ts';
import { fakeAnswer, fakeConversation, fakeNim, fakeQuestion } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

// The page is loaded when it is first gone to, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 });
configure({ asyncUtilTimeout: 30_000 });

const conversation = fakeConversation('Paging');
const hash = `#/chat/${conversation.id}`;
const nim = fakeNim('llama-3.1-8b-instruct');
const asked = (calls: [string, unknown][], name: string) => calls.filter(([each]) => each === name).map(([, it]) => it);

function withAnswer(changes: Parameters<typeof fakeAnswer>[2] = {}) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.conversations.set([conversation]);
  fake.world.messages = [fakeQuestion(conversation.id, 'How?'), fakeAnswer(conversation.id, 'So.', changes)];
  return fake;
}

test('a call of a tool waits for a click, and its result goes back', async () => {
  const call = { id: 'call-1', name: 'calculate', arguments: '{"expression":"6*7"}' };
  const fake = withAnswer({ extras: { ...noExtras, toolCalls: [call] }, turn: { finishReason: 'tool_calls' } });
  const { user } = renderApp({ fake, hash });
  const card = await screen.findByRole('region', { name: words.asking.call('calculate') });
  expect(asked(fake.calls, 'chat.toolResult')).toEqual([]);
  await user.click(within(card).getByRole('button', { name: words.asking.runTool('calculate') }));
  await user.click(screen.getByRole('button', { name: words.asking.sendResults }));
  await waitFor(() => expect(asked(fake.calls, 'chat.toolResult')).toHaveLength(1));
  expect(asked(fake.calls, 'chat.toolResult')[0]).toMatchObject({
    results: [{ callId: 'call-1', content: '42', isError: false }],
  });
});

test('a NIM without tools: its arguments, in the dialog that starts it again', async () => {
  const detail = { nimId: nim.id, variable: 'NIM_PASSTHROUGH_ARGS', passthroughArgs: '--tool-call-parser x' };
  const failure = { code: 'TOOLS_NOT_ENABLED', message: 'needs a parser', detail } as const;
  const { user } = renderApp({ fake: withAnswer({ turn: { state: 'failed', failure } }), hash });
  await user.click(await screen.findByRole('button', { name: words.asking.startWith('NIM_PASSTHROUGH_ARGS') }));
  const dialog = await screen.findByRole('dialog', { name: /^Run / });
  await user.click(within(dialog).getByRole('button', { name: words.deploy.more }));
  expect(await within(dialog).findByDisplayValue('NIM_PASSTHROUGH_ARGS')).toBeDefined();
  expect(within(dialog).getByDisplayValue(/--tool-call-parser x/)).toBeDefined();
});

test('a chat whose NIM is gone says so, and nothing goes to anybody else', async () => {
  const fake = withAnswer();
  const hosted = fakeTarget(fakeNim('x'), { target: { kind: 'hosted', model: 'x/y' }, name: 'x/y', status: null });
  fake.world.targets.set({ ...noTargets, targets: [hosted] });
  const gone = { kind: 'nim', nimId: 'e'.repeat(64) } as const;
  fake.world.conversations.set([{ ...conversation, target: gone, nimName: 'old' }]);
  const { user } = renderApp({ fake, hash });
  expect((await screen.findAllByText(words.asking.gone('old'))).length).toBeGreaterThan(0);
  await user.type(screen.getByLabelText(words.chat.composer), 'hello{Enter}');
  expect(asked(fake.calls, 'chat.send')).toEqual([]);
  await user.click(screen.getAllByRole('button', { name: words.asking.chooseTarget })[0] ?? document.body);
  await user.click(await screen.findByRole('button', { name: /^x\/y/ }));
  await screen.findByText(words.asking.hostedNote);
  await user.type(screen.getByLabelText(words.chat.composer), '{Enter}');
  await waitFor(() => expect(asked(fake.calls, 'chat.send')).toMatchObject([{ target: hosted.target, text: 'hello' }]));
});

test('why a key that was saved for hosted models cannot be read is said where one is chosen, and tried again', async () => {
  const fake = withAnswer();
  const failure = { code: 'KEY_STORE_UNAVAILABLE', message: 'The key store is locked.' } as const;
  fake.world.targets.set({ ...noTargets, hosted: { ...noTargets.hosted, failure } });
  const { user } = renderApp({ fake, hash });
  await user.click((await screen.findAllByRole('button', { name: words.asking.chooseTarget }))[0] ?? document.body);
  const group = within(await screen.findByRole('region', { name: words.asking.groups.hosted }));
  expect(group.getByRole('alert').textContent).toContain('The key store is locked.');
  expect(group.getByText(errorCatalog.KEY_STORE_UNAVAILABLE.remedy)).toBeDefined();
  const before = asked(fake.calls, 'chat.refreshTargets').length;
  await user.click(group.getByRole('button', { name: words.common.retry }));
  await waitFor(() => expect(asked(fake.calls, 'chat.refreshTargets').length).toBe(before + 1));
});

test('what is written while an answer comes goes out when it is complete, once', async () => {
  const fake = withAnswer({ turn: { id: 'turn-1', state: 'streaming' } });
  const { user } = renderApp({ fake, hash });
  await screen.findByRole('button', { name: words.chat.stop });
  await user.type(screen.getByLabelText(words.chat.composer), 'and then?{Enter}');
  await screen.findByRole('region', { name: words.asking.queued });
  expect(asked(fake.calls, 'chat.send')).toEqual([]);
  const [question, answer] = fake.world.messages;
  if (question === undefined || answer === undefined || answer.turn === null) throw new Error('no answer');
  const { turn, text } = answer;
  act(() =>
    fake.world.turn.set({
      ...turn,
      textFrom: 0,
      text,
      reasoningFrom: 0,
      reasoning: '',
      state: 'done',
      toolCalls: [],
      validation: null,
    }),
  );
  await waitFor(() => expect(asked(fake.calls, 'chat.send')).toMatchObject([{ text: 'and then?' }]));
  await waitFor(() => expect(screen.queryByRole('region', { name: words.asking.queued })).toBeNull());
  expect(asked(fake.calls, 'chat.send')).toHaveLength(1);
});

test('a question is edited beside the old one', async () => {
  const fake = withAnswer();
  const { user } = renderApp({ fake, hash });
  await user.click(await screen.findByRole('button', { name: words.asking.edit }));
  await user.clear(screen.getByLabelText(words.asking.editLabel));
  await user.type(screen.getByLabelText(words.asking.editLabel), 'Why?{Enter}');
  await waitFor(() => expect(asked(fake.calls, 'chat.send')).toMatchObject([{ parentId: null, text: 'Why?' }]));
});

test('tools and format are kept with the chat, and are there again when it is opened anew', async () => {
  const fake = withAnswer();
  const choices = {
    tools: ['calculate'],
    toolChoice: 'required',
    isAutomatic: true,
    format: { kind: 'json' },
  } as const;
  fake.world.conversations.set([{ ...conversation, choices: { ...choices, tools: [...choices.tools] } }]);
  const { user } = renderApp({ fake, hash });
  await user.click(await screen.findByRole('button', { name: words.asking.toolsCount(1) }));
  const dialog = await screen.findByRole('dialog', { name: words.asking.tools });
  expect(
    within(dialog)
      .getByRole('checkbox', { name: /^calculate/ })
      .getAttribute('aria-checked'),
  ).toBe('true');
  expect(asked(fake.calls, 'chat.keepChoices')).toEqual([]);
  await user.click(within(dialog).getByRole('checkbox', { name: /^current_time/ }));
  const runs = within(dialog).getByRole('group', { name: words.asking.runs });
  await user.click(within(runs).getByRole('button', { name: words.asking.runsHow.click }));
  await user.click(within(dialog).getByRole('button', { name: words.common.save }));
  await waitFor(() =>
    expect(asked(fake.calls, 'chat.keepChoices')).toEqual([
      {
        conversationId: conversation.id,
        choices: { ...choices, isAutomatic: false, tools: ['calculate', 'current_time'] },
      },
    ]),
  );
  await user.type(screen.getByLabelText(words.chat.composer), 'now?{Enter}');
  await waitFor(() => expect(asked(fake.calls, 'chat.send')).toMatchObject([{ toolChoice: 'required' }]));
});

test('what a table puts on the clipboard beside its text is not attached in place of it; a picture alone is', async () => {
  const { user } = renderApp({ fake: withAnswer(), hash });
  const field = await screen.findByRole('textbox', { name: words.chat.composer });
  const paste = (types: readonly string[]) => {
    const picture = new File(['x'], 'image.png', { type: 'image/png' });
    fireEvent.paste(field, { clipboardData: { files: [picture], types } });
  };
  await user.click(field);
  paste(['text/plain', 'text/html', 'Files']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(screen.queryByText(/image\.png/)).toBeNull();
  paste(['Files']);
  await screen.findAllByText(/image\.png/);
});

test('a NIM that has ended with its GPU: the cause beside its start, and no part of an answer can be asked of it', async () => {
  const failure = { code: 'NIM_ENGINE_DIED', message: 'The stream ended.' } as const;
  const fake = withAnswer({ turn: { state: 'failed', failure } });
  const ended = { ...nim, status: 'exited' } as const;
  fake.world.targets.set({ ...noTargets, targets: [{ ...fakeTarget(ended), state: 'startable' }] });
  const proof = { nimId: nim.id, startedAt: ended.statusSince, since: ended.statusSince, devices: [], doubt: null };
  fake.world.proofs.set([{ ...proof, state: 'lost', failure: null, isRestartUseful: false, isBack: false }]);
  renderApp({ fake, hash });
  await screen.findByText(words.gpuProof.lostTitle(nim.name), { exact: false });
  expect(screen.getByRole('button', { name: words.asking.startNamed(nim.name) })).toBeDefined();
  for (const name of [words.asking.continueAnswer, words.chat.askAgain])
    expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
});

test('the focus comes back to the button when the question is not edited after all, and when it is', async () => {
  const { user } = renderApp({ fake: withAnswer(), hash });
  const pencil = () => screen.getByRole('button', { name: words.asking.edit });
  for (const key of ['{Escape}', ' why?{Enter}']) {
    await screen.findByRole('button', { name: words.asking.edit });
    pencil().focus();
    await user.keyboard('{Enter}');
    const field = await screen.findByRole('textbox', { name: words.asking.editLabel });
    await waitFor(() => expect(document.activeElement).toBe(field));
    await user.keyboard(key);
    await waitFor(() => expect(document.activeElement).toBe(pencil()));
  }
});
