import { useState } from 'react';
import type { ChatTargets } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Field } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { SecretInput } from './secret-input.tsx';

type KeyChoice = Parameters<ReturnType<typeof useApi>['chat']['chooseHosted']>[0];

/** What using hosted models means, and whose key goes there; none does before it is chosen here. */
export function HostedKey({ hosted }: { hosted: ChatTargets['hosted'] }) {
  const api = useApi();
  const { data: ngc } = useStream(streams.ngc);
  const [key, setKey] = useState('');
  const choose = useAction((choice: KeyChoice) => api.chat.chooseHosted(choice), { onDone: () => setKey('') });
  const refresh = useAction(() => api.chat.refreshTargets({}));
  const text = words.asking;
  if (hosted.key !== null) {
    return (
      <Callout
        tone="warn"
        title={text.leaves}
        actions={
          <Button size="small" isBusy={choose.isRunning} onClick={() => choose.run({ key: 'none' })}>
            {text.forgetKey}
          </Button>
        }
      >
        {text.hostedSent(text.hostedKeys[hosted.key], hosted.keyHint)}
        {hosted.failure !== null && <p>{hosted.failure.message}</p>}
      </Callout>
    );
  }
  return (
    <>
      {/* A key may be there that a locked key store does not give. */}
      {hosted.failure !== null && (
        <ErrorCard
          failure={hosted.failure}
          offersSignIn={false}
          onRetry={() => refresh.run(undefined)}
          isRetrying={refresh.isRunning}
        />
      )}
      <Callout tone="warn" title={text.leaves}>
        <div className="mt-2 flex flex-col gap-3">
          <p>{text.notLive}</p>
          {ngc !== undefined && ngc.state !== 'signed-out' && (
            <span>
              <Button size="small" isBusy={choose.isRunning} onClick={() => choose.run({ key: 'ngc' })}>
                {text.withNgcKey}
              </Button>
            </span>
          )}
          <div className="flex items-end gap-2">
            <div className="min-w-0 flex-1">
              <Field label={text.ownKey} hint={text.ownKeyHint}>
                <SecretInput onChange={setKey} />
              </Field>
            </div>
            <Button
              disabled={key.trim() === ''}
              isBusy={choose.isRunning}
              onClick={() => choose.run({ key: 'own', value: key.trim() })}
            >
              {text.keepKey}
            </Button>
          </div>
        </div>
      </Callout>
    </>
  );
}
