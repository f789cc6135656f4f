import type { CoreHandle } from '../core/host/open-core.ts';
import { contract } from '../shared/contract/index.ts';
import { errorCatalog, isAppError } from '../shared/errors.ts';
import { connect } from '../shared/rpc/connect.ts';

/** Tells whoever has no engine that there is a way to begin without one. Says nothing where one answers. */
export async function noteWithoutEngine(core: CoreHandle, note: (text: string) => void): Promise<void> {
  const port = await core.newPort();
  try {
    for await (const { status, failure } of connect(port, contract).engine.watch({})) {
      if (status === 'connecting') continue;
      const title = errorCatalog[failure?.code ?? 'ENGINE_UNREACHABLE'].title;
      if (status === 'unreachable')
        note(`${title}. Practice mode works without one: choose it in the page, or start with --practice.`);
      return;
    }
  } catch (error) {
    // The core has ended before it knew.
    if (!isAppError(error)) throw error;
  } finally {
    port.close();
  }
}
