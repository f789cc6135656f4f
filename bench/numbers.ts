import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { startNim } from '../core/testing/sandbox.ts';
import type { Prepared } from './bench.ts';

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

/** What core says of an answer against what the NIM stand-in has recorded of the very same one, by its own clock. */
export async function numbersMeasure(isSmoke: boolean): Promise<Prepared> {
  const parts = new AsyncDisposableStack();
  const nim = parts.use(await startNim({ ttftMs: 80, tokensPerSecond: 200 }));
  const deps = parts.use(createTestDeps({ env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' } }));
  const core = await createServices(deps);
  parts.defer(() => core.close());
  const { api } = core;
  await nim.ready();

  async function ask() {
    const { turnId } = await api.chat.send({
      conversationId: null,
      target: { kind: 'address', url: `${nim.url}/v1`, model: 'example/chat-8b-instruct', keyName: null },
      text: '/tokens 400',
      parameters,
    });
    let last = null;
    for await (const delta of api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) last = delta.timing;
    const own = (await nim.state()).record.at(-1);
    if (last === null || own === undefined) throw new Error('the answer was not measured, or not recorded');
    if (last.completionTokens !== own.completionTokens || last.promptTokens !== own.promptTokens)
      throw new Error('the tokens differ');
    return { ours: numbersOf(last), own: numbersOf(own) };
  }

  /** Both sides of one answer, whichever is asked for first. */
  function pairs(name: 'ttftMs' | 'tokensPerSecond') {
    const left: { ours: number[]; own: number[] } = { ours: [], own: [] };
    return async (side: 'ours' | 'own'): Promise<number> => {
      const waiting = left[side].shift();
      if (waiting !== undefined) return waiting;
      const answer = await ask();
      const other = side === 'ours' ? 'own' : 'ours';
      left[other].push(answer[other][name]);
      return answer[side][name];
    };
  }
  const ttft = pairs('ttftMs');
  const rate = pairs('tokensPerSecond');
  const against = 'the stand-in’s own record of the same answer';
  return {
    rounds: isSmoke ? 1 : 20,
    warmUps: 2,
    measures: [
      { name: 'time to first token as shown', against, ours: () => ttft('ours'), comparator: () => ttft('own') },
      {
        name: 'rate as shown',
        unit: 'tokens/s',
        against,
        ours: () => rate('ours'),
        comparator: () => rate('own'),
      },
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function numbersOf({ ttftMs, tokensPerSecond }: { ttftMs: number | null; tokensPerSecond: number | null }) {
  if (ttftMs === null || tokensPerSecond === null) throw new Error('an answer without its times');
  return { ttftMs, tokensPerSecond };
}
