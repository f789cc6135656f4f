import Eraser from 'lucide-react/icons/eraser';
import ListOrdered from 'lucide-react/icons/list-ordered';
import Maximize from 'lucide-react/icons/maximize';
import Minimize from 'lucide-react/icons/minimize';
import X from 'lucide-react/icons/x';
import { type ComponentType, type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { useConnection, useConnectionState } from '../../api.tsx';
import { keyboardOf, keyNames } from '../../app/chord.ts';
import { useOwnKeys } from '../../app/own-keys.ts';
import { usePageAction, usePageActions, type PromptKey } from '../../app/page-actions.ts';
import { chordOf, isCharacterKey } from '../../app/shortcuts.ts';
import { useConversation } from '../../app/use-conversation.ts';
import { useShortcutKeys } from '../../app/use-shortcut-keys.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { warmUp } from '../../markdown/warm-up.ts';
import { streams } from '../../query.ts';
import { navigate } from '../../router.ts';
import { IconButton } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { words } from '../../words.ts';
import { pickTarget, talking } from './pick-target.ts';
import { PresentMessages, type TurnProps } from './present-messages.tsx';
import { typeSizes, usePresent } from './present-store.ts';
import { PromptStrip } from './prompt-strip.tsx';
import { QuestionField } from './question-field.tsx';
import { SetUpDrawer, whereOf } from './set-up-drawer.tsx';
import { useAudience } from './use-audience.ts';

interface PresentPageProps {
  /** Null: a clean screen. */
  conversationId: string | null;
  /** The NIM that the address asks for. */
  nimId: string | null;
  /** Undefined while they are read. */
  messages: readonly ShownMessage[] | undefined;
  Turn: ComponentType<TurnProps>;
}

const promptKeys: readonly PromptKey[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const noParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const none: readonly string[] = [];

/** A conversation before an audience: large type, prepared prompts on keys, and nothing that is for one reader alone. */
export function PresentPage({ conversationId, nimId, messages, Turn }: PresentPageProps) {
  useEffect(warmUp, []);
  const { present } = words;
  const { core, shell } = useConnection();
  const { status } = useConnectionState();
  const { data: settings } = useStream(streams.settings);
  const { data: list } = useStream(streams.targets);
  useStream(streams.presenting);
  const conversation = useConversation(conversationId) ?? null;
  const { size, setSize, targetKey, setTarget } = usePresent();
  const ownKeys = useOwnKeys((store) => store.keys);
  const newKeys = useShortcutKeys('new-chat');
  const [isSettingUp, setSettingUp] = useState(false);

  const target = pickTarget(list?.targets ?? [], {
    chosenKey: targetKey,
    nimId,
    last: conversation?.target ?? null,
  });
  const audience = useAudience({
    conversationId,
    messages,
    target,
    parameters: conversation?.parameters ?? noParameters,
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
    navigate({ page: 'chat', conversationId, nimId: conversationId === null ? nimId : null });
  }, [conversationId, nimId]);
  usePageAction('stop', audience.openTurnId === null ? leave : audience.stop);
  usePageAction('newAudience', audience.begin);
  usePrompts(prompts, (place) => audience.ask({ text: prompts[place] ?? '', place }));

  const question = messages?.findLast(({ role }) => role === 'user');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-gutter py-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <h1 tabIndex={-1} className="min-w-0 text-md font-semibold wrap-anywhere outline-none">
            {target?.name ?? present.title}
          </h1>
          {target !== null && <span className="text-sm text-ink-soft">{whereOf(target)}</span>}
          {core === 'practice' && <span className="text-sm font-medium text-practice">{present.practice}</span>}
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <Segmented
            label={present.size}
            value={size}
            onChange={setSize}
            segments={typeSizes.map((each) => ({
              value: each,
              label: <SizeLabel name={present.sizes[each]} className={sizeClasses[each]} />,
            }))}
          />
          <IconButton
            label={present.setUp}
            icon={<ListOrdered aria-hidden className="size-icon" />}
            onClick={() => setSettingUp(true)}
          />
          <FullScreenButton />
          <IconButton
            label={words.shell.withKeys(present.newAudience, newKeys.spelled)}
            aria-keyshortcuts={newKeys.aria}
            icon={<Eraser aria-hidden className="size-icon" />}
            onClick={audience.begin}
          />
          <IconButton
            label={words.shell.withKeys(present.leave, words.keyboard.names.escape)}
            icon={<X aria-hidden className="size-icon" />}
            onClick={leave}
          />
        </div>
      </header>
      {conversationId === null || messages === undefined || messages.length === 0 ? (
        <Clean title={target === null ? (list === undefined ? '' : present.noTarget) : present.emptyTitle(target.name)}>
          {conversationId !== null || list === undefined
            ? null
            : target === null
              ? present.noTargetHint
              : hintOf(prompts.length, hasKey[0] === true)}
        </Clean>
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
          // A clean screen has a clean field.
          key={conversationId === null ? 'clean' : 'begun'}
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
  if (count > 0 && !hasKeys) return present.emptyHintWithoutKeys;
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

function Clean({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="relative flex min-h-40 flex-1 flex-col items-center justify-center-safe gap-2 overflow-y-auto px-gutter text-center">
      <p className="text-2xl font-semibold text-balance wrap-anywhere">{title}</p>
      <p className="text-lg text-balance text-ink-soft">{children}</p>
    </div>
  );
}

const sizeClasses = { normal: 'text-xs', large: 'text-sm', huge: 'text-lg' };

function SizeLabel({ name, className }: { name: string; className: string }) {
  return (
    <>
      <span aria-hidden className={className}>
        {words.present.letter}
      </span>
      <span className="sr-only">{name}</span>
    </>
  );
}

function watchFullScreen(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** Not where the window cannot: a phone, a frame. */
function FullScreenButton() {
  const isFull = useSyncExternalStore(watchFullScreen, () => Boolean(document.fullscreenElement));
  if (!document.fullscreenEnabled) return null;
  const Icon = isFull ? Minimize : Maximize;
  return (
    <IconButton
      label={isFull ? words.present.endFullScreen : words.present.fullScreen}
      icon={<Icon aria-hidden className="size-icon" />}
      onClick={() => void (isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen())}
    />
  );
}
