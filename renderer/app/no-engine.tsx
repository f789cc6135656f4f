import type { EngineState } from '../../shared/contract/engine.ts';
import { useApi, useConnection } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { Button } from '../ui/button.tsx';
import { words } from '../words.ts';
import { EnterPractice } from './enter-practice.tsx';
import { ErrorCard } from './error-card.tsx';

/** What a page shows that needs an engine where none answers: what was tried, the fix, and the way to check again. */
export function NoEngine({ state, hint }: { state: EngineState; hint?: string }) {
  const api = useApi();
  const { core } = useConnection();
  const recheck = useAction(() => api.engine.recheck({}));
  const { endpoint } = state;
  return (
    <ErrorCard
      failure={state.failure ?? { code: 'ENGINE_UNREACHABLE', message: '' }}
      actions={
        <>
          <Button variant="primary" size="small" isBusy={recheck.isRunning} onClick={() => recheck.run(undefined)}>
            {words.engine.recheck}
          </Button>
          <EnterPractice />
        </>
      }
    >
      {(endpoint !== null || state.failure === null) && (
        <p className="text-sm text-ink-soft">
          {endpoint === null ? (
            words.engine.noAddress
          ) : (
            <>
              {words.engine.tried}: <code className="font-mono wrap-anywhere text-ink">{endpoint.address}</code> (
              {endpoint.source === 'docker-context'
                ? words.engine.from['docker-context'](endpoint.contextName)
                : words.engine.from[endpoint.source]}
              )
            </>
          )}
        </p>
      )}
      {core === 'real' && <p className="text-sm text-ink-soft">{words.practice.tryHint}</p>}
      {hint !== undefined && <p className="text-sm text-ink-soft">{hint}</p>}
    </ErrorCard>
  );
}
