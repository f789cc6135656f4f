import { expect, test } from 'vitest';
import { createServices } from './index.ts';
import { createTestDeps } from './testing/deps.ts';
import { startOneNimEngine } from './testing/one-nim-engine.ts';

const listMs = 400;

test('of an engine that is slow to answer, what is not known yet is not said to be none', async () => {
  await using engine = await startOneNimEngine({ pull: [], log: [], tokens: [], listMs });
  using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
  const core = await createServices(deps);
  try {
    const signal = AbortSignal.timeout(20_000);
    const nims: { isKnown: boolean; count: number }[] = [];
    const images: (number | null)[] = [];
    const following = [
      (async () => {
        for await (const list of core.api.nims.watch({}, { signal })) {
          nims.push({ isKnown: list.isKnown, count: list.nims.length });
          if (list.isKnown) return;
        }
      })(),
      (async () => {
        for await (const list of core.api.images.watch({}, { signal })) {
          images.push(list?.length ?? null);
          if (list !== null) return;
        }
      })(),
    ];
    await Promise.all(following);
    // A list that is not known may be told as such, or be waited for; it is never told as empty.
    expect(nims).not.toContainEqual({ isKnown: true, count: 0 });
    expect(nims.at(-1)).toEqual({ isKnown: true, count: 1 });
    expect(images[0]).toBeNull();
    expect(images.at(-1)).toBe(0);
  } finally {
    await core.close();
  }
});
