import MessageSquare from 'lucide-react/icons/message-square';
import { useCallback, useMemo, useState } from 'react';
import type { ChatTarget, Conversation as ConversationInfo } from '../../../shared/contract/chat.ts';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { pickTarget } from '../targets/target.ts';
import { TargetDialog } from '../targets/target-dialog.tsx';
import { OpenChatProvider, useOpenChat } from './chat-actions.ts';
import { ChatBar } from './chat-bar.tsx';
import { Composer } from './composer.tsx';
import { draftActions, newConversation, noExtras, plainParameters, useDrafts } from './drafts.ts';
import { MessageList } from './message-list.tsx';
import { useMessagePlaces } from './message-list-place.ts';
import { ParametersDialog } from './parameters-dialog.tsx';
import { pictureProblemOf, problemOf, TargetRemedy } from './target-problem.tsx';
import { builtInTools } from './tools/built-in.ts';
import { ToolsDialog } from './tools-dialog.tsx';
import { isUnderWay } from './turns.ts';
import { useAsking } from './use-asking.ts';
import { useMessages } from './use-messages.ts';
import { useWaiting } from './use-waiting.ts';
import { WaitingMessage } from './waiting-message.tsx';

interface ConversationProps {
  conversationId: string | null;
  /** Null while it is not known, or new. */
  conversation: ConversationInfo | null;
  nimId: string | null;
}

/** A model that calls a tool in each answer must not go on for ever without anybody. */
const mostRoundsAlone = 8;

function roundsAlone(messages: readonly ShownMessage[]): number {
  const lastQuestion = messages.findLastIndex(({ role }) => role === 'user');
  return messages.slice(lastQuestion + 1).filter(({ role }) => role === 'tool').length;
}

const noMessages: readonly ShownMessage[] = [];

export function Conversation({ conversationId, conversation, nimId }: ConversationProps) {
  const api = useApi();
  const draftKey = conversationId ?? newConversation;
  const { data: targets } = useStream(streams.targets);
  const { data: settings } = useStream(streams.settings);
  const chosen = useDrafts((store) => store.targets[draftKey]);
  const chosenParameters = useDrafts((store) => store.parameters[draftKey]);
  const extras = useDrafts((store) => store.extras[draftKey] ?? noExtras);
  const { setTarget, setExtras } = draftActions;
  const [open, setOpen] = useState<'parameters' | 'tools' | { again: ShownMessage } | null>(null);

  const { query, messages = noMessages, earlierCount, isReadingEarlier, readEarlier } = useMessages(conversationId);
  const picked = useMemo(
    () =>
      pickTarget(targets?.targets ?? [], {
        chosen,
        addressId: nimId,
        last: conversation?.target ?? null,
        lastName: conversation?.nimName ?? null,
      }),
    [targets, chosen, nimId, conversation?.target, conversation?.nimName],
  );
  const wantedId = useMessagePlaces(({ wanted }) =>
    wanted?.conversationId === conversationId ? wanted.messageId : null,
  );
  const want = useMessagePlaces((places) => places.want);
  // The same with each render: what did not change is not drawn again while a question is on its way.
  const forgetWanted = useCallback(() => want(null), [want]);
  const chooseTarget = useCallback((target: ChatTarget) => setTarget(draftKey, target), [setTarget, draftKey]);
  const openParameters = useCallback(() => setOpen('parameters'), []);
  const openTools = useCallback(() => setOpen('tools'), []);
  const { info } = picked;
  const parameters = chosenParameters ?? conversation?.parameters ?? plainParameters;
  const openTurn =
    messages.findLast((message) => message.turn !== null && isUnderWay(message.turn.state))?.turn ?? null;
  const problem = targets === undefined ? '' : problemOf(picked);

  const ownTools = settings?.chatTools ?? [];
  const asking = useAsking({
    conversationId,
    target: info?.target ?? null,
    parameters,
    extras,
    allTools: [...builtInTools, ...ownTools],
  });
  const stop = useAction((turnId: string) => api.chat.stop({ turnId }));
  const last = messages.at(-1);
  const waiting = useWaiting({
    draftKey,
    last,
    canSend: problem === null && !asking.isSlow && openTurn === null,
    onSend: (message) => asking.send(message, true),
  });

  /** What an answer answers: its parent, or what stands before it. */
  const parentOf = (answer: ShownMessage) =>
    answer.parentId ?? messages[messages.findIndex(({ id }) => id === answer.id) - 1]?.id ?? null;
  const isBusy = openTurn !== null || asking.isSlow;
  const isAutomatic = extras.isAutomatic && roundsAlone(messages) < mostRoundsAlone;
  const state = { lastId: last?.id ?? null, isBusy, canAsk: problem === null, isAutomatic };
  const openChat = useOpenChat(state, {
    onAgain: (answer, other) => {
      const parentId = parentOf(answer);
      if (parentId !== null) asking.again(parentId, other);
    },
    onAgainWith: (answer) => setOpen({ again: answer }),
    onContinue: (answer) => asking.goOn(answer.id),
    onResults: (answer, results) => asking.answerTools(answer.id, results),
    onEdit: asking.edit,
  });

  return (
    <>
      <ChatBar
        targets={targets}
        picked={picked}
        toolCount={extras.tools.length}
        format={extras.format?.kind ?? null}
        onTarget={chooseTarget}
        onParameters={openParameters}
        onTools={openTools}
      />
      {conversationId !== null && query.isPending && (
        <div className="min-h-0 flex-1 overflow-hidden p-6">
          <SkeletonList rows={4} />
        </div>
      )}
      {query.isError && (
        <div className="min-h-0 flex-1 overflow-y-auto p-6">
          <ErrorCard
            failure={toAppError(query.error)}
            onRetry={() => void query.refetch()}
            isRetrying={query.isFetching}
          />
        </div>
      )}
      {conversationId === null && <Beginning info={info} isLoading={targets === undefined} />}
      {query.data !== undefined && (
        <OpenChatProvider value={openChat}>
          <MessageList
            messages={messages}
            earlierCount={earlierCount}
            isReadingEarlier={isReadingEarlier}
            onEarlier={readEarlier}
            wantedId={wantedId}
            onWantedShown={forgetWanted}
          />
        </OpenChatProvider>
      )}
      {asking.failure !== null && (
        <div className="px-gutter pb-2">
          <ErrorCard failure={asking.failure} />
        </div>
      )}
      <Composer
        draftKey={draftKey}
        problem={problem}
        pictureProblem={info === null ? null : pictureProblemOf(info)}
        isSending={asking.isSlow}
        openTurnId={openTurn?.id ?? null}
        isQueueFull={waiting.message !== null}
        onSend={(message) => (openTurn === null ? asking.send(message) : waiting.put(message))}
        onStop={(turnId) => stop.run(turnId)}
      >
        <TargetRemedy picked={picked} targets={targets} onTarget={chooseTarget} />
        {waiting.message !== null && (
          <WaitingMessage
            waiting={waiting.message}
            isHeld={waiting.isHeld}
            canSend={problem === null && !isBusy}
            onSend={waiting.send}
            onTakeBack={waiting.takeBack}
          />
        )}
      </Composer>
      {open === 'parameters' && (
        <ParametersDialog
          draftKey={draftKey}
          parameters={parameters}
          reasons={info?.capabilities.reasoning ?? null}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'tools' && (
        <ToolsDialog
          extras={extras}
          ownTools={ownTools}
          info={info}
          onChange={(next) => setExtras(draftKey, next)}
          onClose={() => setOpen(null)}
        />
      )}
      {open !== null && typeof open === 'object' && targets !== undefined && (
        <TargetDialog
          title={words.asking.againWith}
          targets={targets}
          chosen={info?.target ?? null}
          onChoose={(target) => openChat.onAgain(open.again, target)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

function Beginning({ info, isLoading }: { info: TargetInfo | null; isLoading: boolean }) {
  if (isLoading) return <div className="flex-1" />;
  const isHere = info?.target.kind === 'nim';
  return (
    <div className="relative flex min-h-0 flex-1 flex-col justify-center-safe overflow-y-auto">
      <Empty
        icon={<MessageSquare aria-hidden className="size-6" />}
        title={info === null ? words.chat.noNim : words.chat.emptyTitle}
        actions={
          info === null && (
            <a href="#/models" className={buttonClass('primary')}>
              {words.chat.chooseModel}
            </a>
          )
        }
      >
        {info === null
          ? words.chat.noNimHint
          : isHere
            ? words.chat.emptyHint(info.model ?? info.name)
            : words.asking.emptyElsewhere(info.model ?? info.name)}
      </Empty>
    </div>
  );
}
