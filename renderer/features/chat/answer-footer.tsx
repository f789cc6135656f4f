import Ellipsis from 'lucide-react/icons/ellipsis';
import FastForward from 'lucide-react/icons/fast-forward';
import FileCode from 'lucide-react/icons/file-code';
import RotateCw from 'lucide-react/icons/rotate-cw';
import Terminal from 'lucide-react/icons/terminal';
import UserRoundPen from 'lucide-react/icons/user-round-pen';
import { useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { AnswerTiming } from '../../../shared/contract/chat.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { MenuButton, SharedMenu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { canAskNow, useChatActions, useChatState } from './chat-actions.ts';
import { RawDrawer } from './raw-drawer.tsx';
import { isUnderWay, type AnswerSoFar } from './turns.ts';
import { VersionWalker } from './version-walker.tsx';

/** What was measured in core; only what is known. */
export function timingFacts(timing: AnswerTiming): string[] {
  const { ttftMs, tokensPerSecond, completionTokens, promptTokens, reasoningTokens } = timing;
  return [
    ttftMs === null ? '' : words.chat.ttft(ttftMs),
    tokensPerSecond === null ? '' : words.chat.tokensPerSecond(tokensPerSecond),
    completionTokens === null ? '' : words.chat.tokens(completionTokens),
    reasoningTokens === null ? '' : words.asking.reasoningTokens(reasoningTokens),
    promptTokens === null ? '' : words.chat.promptTokens(promptTokens),
  ].filter((fact) => fact !== '');
}

/** While it streams: what came, mostly a token each; too few say nothing about a rate. */
export function liveRate({ pieces, piecesMs }: AnswerTiming): string | null {
  const fewest = 5;
  return pieces < fewest || piecesMs <= 0
    ? null
    : words.asking.live(words.chat.tokensPerSecond(((pieces - 1) * 1000) / piecesMs));
}

/** It broke off, was stopped, or reached its length: it can go on where it is. */
export const canGoOn = ({ state, finishReason, text, reasoning }: AnswerSoFar): boolean =>
  (state === 'done' && finishReason === 'length') ||
  ((state === 'stopped' || state === 'interrupted' || state === 'failed') && text + reasoning !== '');

const icon = 'size-icon';

export function AnswerFooter({ turn, message }: { turn: AnswerSoFar; message: ShownMessage }) {
  const isLast = useChatState(({ lastId }) => lastId === message.id);
  const isGrowing = isUnderWay(turn.state);
  const reason = turn.finishReason;
  const notes = [
    turn.model ?? '',
    ...timingFacts(turn.timing),
    isGrowing && turn.timing.tokensPerSecond === null ? (liveRate(turn.timing) ?? '') : '',
    reason === 'length' ? words.chat.cutByLength : '',
    reason === null || reason === 'stop' || reason === 'length' ? '' : words.asking.finished(reason),
    turn.state === 'stopped' || turn.state === 'interrupted' ? words.chat.states[turn.state] : '',
  ].filter((note) => note !== '');
  return (
    <>
      {!isGrowing && isLast && <GoingOn turn={turn} message={message} />}
      <footer className="flex min-h-7 flex-wrap items-center gap-x-3 text-xs text-ink-soft tabular-nums">
        {!isGrowing && <VersionWalker message={message} />}
        {!isGrowing && (
          <span className="flex items-center">
            {turn.text !== '' && <CopyButton text={turn.text} label={words.chat.copyAnswer} />}
            <More message={message} />
          </span>
        )}
        {notes.map((note) => (
          <span key={note}>{note}</span>
        ))}
      </footer>
    </>
  );
}

/** What can be done with an answer that broke off, was stopped, or reached its length. */
function GoingOn({ turn, message }: { turn: AnswerSoFar; message: ShownMessage }) {
  const { onContinue, onAgain } = useChatActions();
  const canAsk = useChatState(canAskNow);
  const isBroken = turn.state === 'failed' || turn.state === 'interrupted';
  if (!isBroken && !canGoOn(turn)) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {canGoOn(turn) && (
        <Button
          size="small"
          icon={<FastForward aria-hidden className="size-icon-small" />}
          disabled={!canAsk}
          onClick={() => onContinue(message)}
        >
          {words.asking.continueAnswer}
        </Button>
      )}
      {isBroken && (
        <Button
          size="small"
          icon={<RotateCw aria-hidden className="size-icon-small" />}
          disabled={!canAsk}
          onClick={() => onAgain(message)}
        >
          {words.chat.askAgain}
        </Button>
      )}
    </div>
  );
}

/** Its menu is made when it is opened: a chat has many answers. */
function More({ message }: { message: ShownMessage }) {
  const api = useApi();
  const [at, setAt] = useState<HTMLElement | null>(null);
  const [showsRaw, setShowsRaw] = useState(false);
  const curl = useAction(
    async (messageId: string) => {
      const { text } = await api.chat.curl({ messageId });
      await navigator.clipboard.writeText(text);
    },
    { onDone: () => showToast({ title: words.asking.curlCopied, tone: 'good' }) },
  );
  return (
    <>
      <MenuButton
        label={words.asking.more}
        icon={<Ellipsis aria-hidden className={icon} />}
        isOpen={at !== null}
        onToggle={(button) => setAt((open) => (open === null ? button : null))}
      />
      {at !== null && (
        <MoreMenu
          at={at}
          message={message}
          onCurl={() => curl.run(message.id)}
          onRaw={() => setShowsRaw(true)}
          onClose={() => setAt(null)}
        />
      )}
      {showsRaw && <RawDrawer messageId={message.id} onClose={() => setShowsRaw(false)} />}
    </>
  );
}

interface MoreMenuProps {
  at: HTMLElement;
  message: ShownMessage;
  onCurl: () => void;
  onRaw: () => void;
  onClose: () => void;
}

function MoreMenu({ at, message, onCurl, onRaw, onClose }: MoreMenuProps) {
  const { onAgain, onAgainWith } = useChatActions();
  const isBusy = useChatState((state) => state.isBusy);
  const canAsk = useChatState(canAskNow);
  const actions = [
    {
      label: words.asking.again,
      icon: <RotateCw aria-hidden className={icon} />,
      disabled: !canAsk,
      onSelect: () => onAgain(message),
    },
    {
      label: words.asking.againWith,
      icon: <UserRoundPen aria-hidden className={icon} />,
      disabled: isBusy,
      onSelect: () => onAgainWith(message),
    },
    {
      label: words.asking.curl,
      icon: <Terminal aria-hidden className={icon} />,
      onSelect: onCurl,
    },
    {
      label: words.asking.raw,
      icon: <FileCode aria-hidden className={icon} />,
      onSelect: onRaw,
    },
  ];
  return <SharedMenu open={{ at, label: words.asking.more, actions, align: 'start' }} onClose={onClose} />;
}
