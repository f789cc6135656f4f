import { noExtras } from '../../shared/contract/conversations.ts';
import type { ChatParameters, ChatTarget } from '../../shared/contract/chat.ts';
import type { CoreDeps } from '../deps.ts';
import type { Answer } from './answer.ts';
import type { Connections } from './connections.ts';
import { explainFor } from './explain.ts';
import { requestBody, type Said } from './request-body.ts';
import type { Targets } from './targets.ts';
import { nothingYet, startTurn, type Turn } from './turn.ts';
import { createUnforeseen } from './unforeseen.ts';

/** Asks a target outside of any chat: the same turn, kept by whoever asks. */
export interface Asker {
  /** Throws what keeps the target from being asked; what goes wrong after that is the turn's failure. */
  ask(question: {
    target: ChatTarget;
    parameters: ChatParameters;
    /** To the words that are to be answered. */
    path: readonly Said[];
    save: (answer: Answer) => Promise<void>;
  }): Promise<Turn>;
}

export function createAsker(
  deps: Pick<CoreDeps, 'log'>,
  { targets, connections }: { targets: Targets; connections: Connections },
): Asker {
  const report = createUnforeseen(deps);

  return {
    async ask({ target, parameters, path, save }) {
      const { server, model } = await targets.resolve(target, 'chat');
      return startTurn({
        server,
        body: requestBody({ model, path, parameters, tools: [], toolChoice: null, responseFormat: null }),
        connections,
        begin: { ...nothingYet, model, extras: noExtras },
        responseFormat: null,
        save,
        report,
        explain(failure) {
          targets.learn(target, failure);
          return explainFor(failure, { target, model });
        },
      });
    },
  };
}
