import { type ComponentType, useCallback, useEffect, useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { Conversation } from '../../../shared/contract/conversations.ts';
import { useConnection, useConnectionState } from '../../api.tsx';
import { keyboardOf, keyNames } from '../../app/chord.ts';
import { useOwnKeys } from '../../app/own-keys.ts';
import { usePageAction, usePageActions, type PromptKey } from '../../app/page-actions.ts';
import { chordOf, isCharacterKey } from '../../app/shortcuts.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { warmUp } from '../../markdown/warm-up.ts';
import { streams } from '../../query.ts';
import { navigate } from '../../router.ts';
import { words } from '../../words.ts';
import { AbsentNote } from './absent-note.tsx';
import { Bar } from './bar.tsx';
import { CleanScreen, Hint, Starters } from './clean-screen.tsx';
import { absentTarget, pickTarget, talking } from './pick-target.ts';
import { PresentMessages, type TurnProps } from './present-messages.tsx';
import { usePresent } from './present-store.ts';
import { PromptStrip } from './prompt-strip.tsx';
import { QuestionField } from './question-field.tsx';
import { type LiveProps, RoomStatus } from './room-status.tsx';
import { SetUpDrawer } from './set-up-drawer.tsx';
import { useAudience } from './use-audience.ts';

interface PresentPageProps {
  /** Null: a clean screen. */
  conversationId: string | null;
  /** Null: not known yet, or none. */
  conversation: Conversation | null;
  /** The NIM that the address asks for. */
  nimId: string | null;
  /** Undefined while they are read. */
  messages: readonly ShownMessage[] | undefined;
  Turn: ComponentType<TurnProps>;
  /** The answer that is written now, as far as it has come. */
  Live: ComponentType<LiveProps>;
  /** Whoever leaves takes along what was not sent. */
  onUnsent: (text: string) => void;
}

const promptKeys: readonly PromptKey[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const noParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const none: readonly string[] = [];

/** A conversation before an audience: large type, prepared prompts on keys, and nothing that is for one reader alone. */
export function PresentPage(props: PresentPageProps) {
  const { conversationId, conversation, nimId, messages, Turn, Live, onUnsent } = props;
  useEffect(warmUp, []);
  const { present } = words;
  const { core, shell } = useConnection();
  const { status } = useConnectionState();
  const { data: settings } = useStream(streams.settings);
  const { data: list } = useStream(streams.targets);
  useStream(streams.presenting);
  const { size, targetKey, setTarget } = usePresent();
  const ownKeys = useOwnKeys((store) => store.keys);
  const [isSettingUp, setSettingUp] = useState(false);
  const [unsent, setUnsent] = useState('');

  const wanted = { chosenKey: targetKey, nimId, last: conversation?.target ?? null };
  const target = pickTarget(list?.targets ?? [], wanted);
  const absent = target === null ? absentTarget(list?.targets ?? [], wanted) : null;
  const audience = useAudience({
    conversationId,
    messages,
    target,
    parameters: conversation?.parameters ?? noParameters,
    onUnasked: (unasked) => setUnsent((written) => (written === '' ? unasked : written)),
  });
  const prompts = settings?.preparedPrompts ?? none;
  const hasCharacterKeys = settings?.hasCharacterKeys ?? true;
  const chords = promptKeys.map((digit) => chordOf(`prompt-${digit}`, shell, ownKeys));
  const hasKey = chords.map((chord) => hasCharacterKeys || !isCharacterKey(chord));

  useEffect(() => {
    document.documentElement.dataset['presenting'] = size;
    return () => {
      delete document.documentElement.dataset['presenting'];
    };
  }, [size]);

  const leave = useCallback(() => {
    if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) void document.exitFullscreen();
    if (unsent.trim() !== '') onUnsent(unsent);
    // The page goes a moment later: whoever leaves twice meanwhile takes it along once.
    setUnsent('');
    navigate({ page: 'chat', conversationId, nimId: conversationId === null ? nimId : null });
  }, [conversationId, nimId, unsent, onUnsent]);
  usePageAction('stop', audience.openTurnId === null ? leave : audience.stop);
  const begin = () => {
    // A clean screen has a clean field.
    setUnsent('');
    audience.begin();
  };
  usePageAction('newAudience', begin);
  usePrompts(prompts, (place) => audience.ask({ text: prompts[place] ?? '', place }));

  const setUp = () => setSettingUp(true);
  const question = messages?.findLast(({ role }) => role === 'user');
  const answer = messages?.findLast(({ role }) => role === 'assistant');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <Bar
        target={target ?? absent}
        isPractice={core === 'practice'}
        onSetUp={setUp}
        onNewAudience={begin}
        onLeave={leave}
      >
        <RoomStatus
          isConnected={status === 'connected'}
          targets={list?.targets}
          target={target}
          isBusy={audience.isBusy}
          openTurnId={audience.openTurnId}
          lastRate={answer?.turn?.timing.tokensPerSecond ?? null}
          Live={Live}
        />
      </Bar>
      {conversationId === null || messages === undefined || messages.length === 0 ? (
        <CleanScreen
          title={target === null ? (list === undefined ? '' : present.noTarget) : present.emptyTitle(target.name)}
        >
          {conversationId !== null || list === undefined || settings === undefined ? null : target === null ? (
            <Hint>{present.noTargetHint}</Hint>
          ) : prompts.length === 0 ? (
            <Starters onAsk={(text) => audience.ask({ text, place: null })} onSetUp={setUp} />
          ) : (
            <Hint>{hintOf(prompts.length, hasKey[0] === true)}</Hint>
          )}
        </CleanScreen>
      ) : (
        <PresentMessages
          messages={messages}
          Turn={Turn}
          onAgain={
            question === undefined || target === null || audience.isBusy ? null : () => audience.askAgain(question.id)
          }
        />
      )}
      <footer className="mx-auto flex w-full max-w-form shrink-0 flex-col gap-2 px-gutter pt-1 pb-3">
        <output className="text-sm text-ink-soft empty:hidden">
          {status === 'connected' ? (audience.hasFailed ? present.notSent : '') : present.noConnection}
        </output>
        {absent !== null && <AbsentNote info={absent} />}
        <PromptStrip
          prompts={prompts}
          sent={audience.sent}
          next={audience.next?.place ?? null}
          keyNames={chords.map((chord, place) =>
            hasKey[place] === true ? keyNames(chord, keyboardOf(navigator)) : none,
          )}
          disabled={target === null}
          onSend={(place) => audience.ask({ text: prompts[place] ?? '', place })}
        />
        <QuestionField
          text={unsent}
          onText={setUnsent}
          isDisabled={target === null}
          isAnswering={audience.openTurnId !== null}
          onAsk={(text) => audience.ask({ text, place: null })}
          onStop={audience.stop}
        />
      </footer>
      {isSettingUp && (
        <SetUpDrawer
          prompts={prompts}
          targets={talking(list?.targets ?? [])}
          target={target}
          hasKeys={hasCharacterKeys}
          onTarget={setTarget}
          onClose={() => setSettingUp(false)}
        />
      )}
    </div>
  );
}

function hintOf(count: number, hasKeys: boolean): string {
  const { present } = words;
  if (!hasKeys) return present.emptyHintWithoutKeys;
  return count === 1 ? present.emptyHintOne : present.emptyHint(count);
}

function usePrompts(prompts: readonly string[], send: (place: number) => void): void {
  const offer = usePageActions((store) => store.offer);
  useEffect(() => {
    const ends = prompts.flatMap((_prompt, place) => {
      const digit = promptKeys[place];
      return digit === undefined ? [] : [offer(`prompt-${digit}`, () => send(place))];
    });
    return () => ends.forEach((end) => end());
  }, [prompts, send, offer]);
}
