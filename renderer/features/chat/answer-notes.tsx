import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { Validation } from '../../../shared/contract/chat.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Badge } from '../../ui/badge.tsx';
import { words } from '../../words.ts';
import { canAskNow, useChatActions, useChatState } from './chat-actions.ts';
import type { AnswerSoFar } from './turns.ts';

type Failure = NonNullable<AnswerSoFar['failure']>;

/** Whether the answer is what its format asks for, and where not. */
export function ValidationNote({ validation }: { validation: Validation }) {
  if (validation.isValid) {
    return (
      <span>
        <Badge tone="good">{words.asking.valid}</Badge>
      </span>
    );
  }
  return (
    <Callout tone="warn" title={words.asking.invalid}>
      <ul className="list-disc pl-4">
        {validation.problems.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {words.asking.problem(path === '' ? words.asking.wholeAnswer : path, message)}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** What a NIM without tools must be started with, where core could tell (`core/chat/explain.ts`). */
function missingArguments({ code, detail }: Failure): { nimId: string; variable: string; value: string } | null {
  const { nimId, variable, passthroughArgs } = detail ?? {};
  return code === 'TOOLS_NOT_ENABLED' &&
    typeof nimId === 'string' &&
    typeof variable === 'string' &&
    typeof passthroughArgs === 'string'
    ? { nimId, variable, value: passthroughArgs }
    : null;
}

/** Arguments that are there already stay; what is missing comes behind them. */
export function withArgument(
  environment: readonly { name: string; value: string }[],
  { variable, value }: { variable: string; value: string },
): { name: string; value: string }[] {
  const there = environment.find(({ name }) => name === variable)?.value;
  const joined = there === undefined || there.trim() === '' ? value : `${there.trim()} ${value}`;
  return [...environment.filter(({ name }) => name !== variable), { name: variable, value: joined }];
}

/** Why an answer ended, with what can be done about it from here. */
export function AnswerFailure({ message, failure }: { message: ShownMessage; failure: Failure }) {
  const api = useApi();
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const { onAgainWith } = useChatActions();
  const canAsk = useChatState(canAskNow);
  const missing = missingArguments(failure);
  const change = useAction(
    async ({ nimId, ...argument }: NonNullable<typeof missing>) => {
      const { spec } = await api.nims.inspect({ nimId });
      return { ...spec, name: null, port: null, environment: withArgument(spec.environment, argument) };
    },
    { onDone: (spec) => openRun(spec.reference, { jobId: null, spec }) },
  );
  return (
    <ErrorCard
      failure={failure}
      actions={
        <>
          {missing !== null && (
            <Button size="small" isBusy={change.isRunning} onClick={() => change.run(missing)}>
              {words.asking.startWith(missing.variable)}
            </Button>
          )}
          {canAsk && (
            <Button size="small" variant="quiet" onClick={() => onAgainWith(message)}>
              {words.asking.againWith}
            </Button>
          )}
        </>
      }
    >
      {missing !== null && <code className="font-mono text-code wrap-anywhere">{missing.value}</code>}
    </ErrorCard>
  );
}
