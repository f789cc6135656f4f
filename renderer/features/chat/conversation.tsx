import { useQueryClient } from '@tanstack/react-query';
import MessageSquare from 'lucide-react/icons/message-square';
import { useState } from 'react';
import type { Conversation as ConversationInfo } from '../../../shared/contract/chat.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { navigate } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { AskAgainContext } from './ask-again.ts';
import { Composer } from './composer.tsx';
import { newConversation, plainParameters, useDrafts } from './drafts.ts';
import { MessageList } from './message-list.tsx';
import { NimChoice } from './nim-choice.tsx';
import { ParametersDialog } from './parameters-dialog.tsx';
import { isUnderWay } from './turns.ts';
import { useMessages } from './use-messages.ts';

interface ConversationProps {
  conversationId: string | null;
  /** Null while it is not known, or new. */
  conversation: ConversationInfo | null;
  nimId: string | null;
}

/** The one to talk to: chosen here, asked for by the address, used last, or the first that is ready. */
export function pickNim(
  nims: readonly Nim[],
  wanted: { chosenId: string | undefined; addressId: string | null; lastName: string | null },
): Nim | null {
  return (
    nims.find((nim) => nim.id === wanted.chosenId) ??
    nims.find((nim) => nim.id === wanted.addressId) ??
    nims.find((nim) => nim.name === wanted.lastName) ??
    nims.find((nim) => nim.status === 'ready') ??
    null
  );
}

export function Conversation({ conversationId, conversation, nimId }: ConversationProps) {
  const api = useApi();
  const client = useQueryClient();
  const draftKey = conversationId ?? newConversation;
  const { data: list } = useStream(streams.nims);
  const chosenId = useDrafts((store) => store.nims[draftKey]);
  const chosenParameters = useDrafts((store) => store.parameters[draftKey]);
  const setText = useDrafts((store) => store.setText);
  const setNim = useDrafts((store) => store.setNim);
  const adopt = useDrafts((store) => store.adopt);
  const [setsParameters, setSetsParameters] = useState(false);

  const { query, messages, earlierCount, isReadingEarlier, readEarlier } = useMessages(conversationId);
  const nims = list?.nims ?? [];
  const nim = pickNim(nims, { chosenId, addressId: nimId, lastName: conversation?.nimName ?? null });
  const parameters = chosenParameters ?? conversation?.parameters ?? plainParameters;
  const openTurn =
    messages?.findLast((message) => message.turn !== null && isUnderWay(message.turn.state))?.turn ?? null;

  const target = { kind: 'nim', nimId: nim?.id ?? '' } as const;
  const send = useAction((text: string) => api.chat.send({ conversationId, target, text, parameters }), {
    isFailureShown: true,
    onDone: ({ conversationId: sentTo }) => {
      setText(draftKey, '');
      if (conversationId === null) adopt(sentTo);
      // Now, and not only when the list of chats tells: the question must stand there at once.
      void client.invalidateQueries({ queryKey: keys.messages(sentTo) });
      if (conversationId === null) navigate({ page: 'chat', conversationId: sentTo, nimId: null }, { replace: true });
    },
  });
  const stop = useAction((turnId: string) => api.chat.stop({ turnId }));

  // An answer that broke off leaves its question open.
  const last = messages?.at(-1);
  const question = messages?.findLast((message) => message.role === 'user')?.text;
  const isBroken = last?.turn?.state === 'failed' || last?.turn?.state === 'interrupted';
  const again =
    last !== undefined && isBroken && question !== undefined && problemOf(nim) === null
      ? { messageId: last.id, isAsking: send.isRunning, onAsk: () => send.run(question) }
      : null;

  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-gutter pb-3">
        <NimChoice
          nims={nims}
          nim={nim}
          onChange={(chosen) => setNim(draftKey, chosen)}
          onParameters={() => setSetsParameters(true)}
        />
      </div>
      {conversationId !== null && query.isPending && (
        <div className="flex-1 p-6">
          <SkeletonList rows={4} />
        </div>
      )}
      {query.isError && (
        <div className="flex-1 p-6">
          <ErrorCard
            failure={toAppError(query.error)}
            onRetry={() => void query.refetch()}
            isRetrying={query.isFetching}
          />
        </div>
      )}
      {conversationId === null && <Beginning nim={nim} isLoading={list === undefined} />}
      {messages !== undefined && (
        <AskAgainContext value={again}>
          <MessageList
            messages={messages}
            earlierCount={earlierCount}
            isReadingEarlier={isReadingEarlier}
            onEarlier={readEarlier}
          />
        </AskAgainContext>
      )}
      {send.failure !== null && (
        <div className="px-gutter pb-2">
          <ErrorCard failure={send.failure} />
        </div>
      )}
      <Composer
        draftKey={draftKey}
        problem={problemOf(nim)}
        isSending={send.isRunning}
        openTurnId={openTurn?.id ?? null}
        onSend={(text) => send.run(text)}
        onStop={(turnId) => stop.run(turnId)}
      />
      {setsParameters && (
        <ParametersDialog draftKey={draftKey} parameters={parameters} onClose={() => setSetsParameters(false)} />
      )}
    </>
  );
}

/** Why nothing can be sent now; null when it can. */
function problemOf(nim: Nim | null): string | null {
  if (nim === null) return words.chat.noNim;
  return nim.status === 'ready' ? null : words.chat.nimNotReady(nim.name, words.running.statuses[nim.status]);
}

function Beginning({ nim, isLoading }: { nim: Nim | null; isLoading: boolean }) {
  if (isLoading) return <div className="flex-1" />;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col justify-center-safe overflow-y-auto">
      <Empty
        icon={<MessageSquare aria-hidden className="size-6" />}
        title={nim === null ? words.chat.noNim : words.chat.emptyTitle}
        actions={
          nim === null && (
            <a href="#/models" className={buttonClass('primary')}>
              {words.chat.chooseModel}
            </a>
          )
        }
      >
        {nim === null ? words.chat.noNimHint : words.chat.emptyHint(nim.models[0] ?? nim.name)}
      </Empty>
    </div>
  );
}
