// A program that a soak kills: a whole core that runs a set of prompts over the targets it is given, or goes on with the
// run it finds. Prints, a line of JSON each, that it is open, how many answers it has seen complete, and that all are; then
// it closes and ends.
import { createServices } from '../../core/index.ts';
import { createNodeDeps } from '../../core/node-deps.ts';
import type { CompareOrder, CompareSetup } from '../../shared/contract/compare.ts';

const [dataFolder = '', order = 'together', count = '', ...urls] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const deps = await createNodeDeps({ shell: 'terminal', dataFolder });
const core = await createServices(deps);
const { api } = core;
let known: string | null = null;
for await (const [entry] of api.compare.list({})) {
  known = entry?.id ?? null;
  break;
}
say({ kind: 'opened', isKnown: known !== null });

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const orders: readonly CompareOrder[] = ['together', 'in-turn'];
const setup: CompareSetup = {
  title: 'soak',
  columns: urls.map((url, index) => {
    const name = `column-${index}`;
    return { id: name, name, target: { kind: 'address', url, model: name, keyName: null }, parameters: null };
  }),
  parameters,
  order: orders.find((each) => each === order) ?? 'together',
  isBlind: false,
};

const comparisonId = known ?? (await api.compare.create(setup)).comparisonId;
if (known === null) {
  const prompts = Array.from({ length: Number(count) }, (_, index) => ({ prompt: `prompt-${index}`, name: null }));
  await api.compare.runSet({ comparisonId, prompts });
} else await api.compare.resume({ comparisonId });

for await (const { progress } of api.compare.watch({ comparisonId })) {
  say({ kind: 'progress', done: progress.done, total: progress.total });
  if (progress.state === 'idle' && progress.done === progress.total) break;
}
await core.close();
