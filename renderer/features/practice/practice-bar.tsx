import ChevronDown from 'lucide-react/icons/chevron-down';
import ChevronUp from 'lucide-react/icons/chevron-up';
import Ellipsis from 'lucide-react/icons/ellipsis';
import FlaskConical from 'lucide-react/icons/flask-conical';
import LogOut from 'lucide-react/icons/log-out';
import { useEffect, useState } from 'react';
import { useConnection, useConnectionState } from '../../api.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu } from '../../ui/menu.tsx';
import { focusPage } from '../../app/focus-heading.ts';
import { words } from '../../words.ts';
import { FaultMenu } from './fault-menu.tsx';
import { Intro } from './intro.tsx';
import { MachineChoice } from './machine-choice.tsx';
import { ResetPractice } from './reset-practice.tsx';
import { SpeedChoice } from './speed-choice.tsx';
import { useIsPractice, usePractice } from './use-practice.ts';

const introKey = 'nimdeck.practice-intro';

/** Too low for these words and a page below them, as 1280 × 800 at 200 % is. */
const lowWindow = '(max-height: 40rem)';

/** Over every page in practice mode: that nothing is real, what can be made of it, and the way back. */
export function PracticeBar() {
  return useIsPractice() ? <OpenBar /> : null;
}

function closeIntro(setHasIntro: (hasIntro: boolean) => void): void {
  localStorage.setItem(introKey, 'seen');
  setHasIntro(false);
}

function OpenBar() {
  const { switchCore } = useConnection();
  const { status } = useConnectionState();
  const state = usePractice();
  const [hasIntro, setHasIntro] = useState(() => localStorage.getItem(introKey) === null);
  const [isResetting, setIsResetting] = useState(false);
  const [hasControls, setHasControls] = useState(false);
  const Chevron = hasControls ? ChevronUp : ChevronDown;
  // There, whoever goes to a page would not see that it has come. “What is practice mode?” in the menu has the words again.
  useEffect(() => {
    if (!hasIntro) return undefined;
    const onNavigation = () => {
      if (window.matchMedia(lowWindow).matches) closeIntro(setHasIntro);
    };
    window.addEventListener('hashchange', onNavigation);
    return () => window.removeEventListener('hashchange', onNavigation);
  }, [hasIntro]);
  const said =
    state?.isRunning === false
      ? words.practice.ended
      : status === 'connected'
        ? words.practice.nothingIsReal
        : words.practice.unreachable;
  return (
    <section aria-label={words.practice.title} className="border-t-4 border-practice low:border-t-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-practice-soft px-4 py-1.5 text-sm low:py-1">
        <strong className="inline-flex items-center gap-1.5 rounded-md bg-practice px-2.5 py-1 whitespace-nowrap text-practice-ink">
          <FlaskConical aria-hidden className="size-icon" />
          {words.practice.title}
        </strong>
        <output className="min-w-0 flex-1 basis-64 max-md:basis-48 low:basis-16 low:truncate" title={said}>
          {said}
        </output>
        {/* On a narrow window the way back stands beside the sentence, so that two rows are enough for all; on a low one the second opens. */}
        <span className="flex flex-wrap items-center gap-1.5 max-md:contents low:contents">
          {state?.isRunning === true && (
            <span className="hidden low:inline">
              <Button size="small" aria-expanded={hasControls} onClick={() => setHasControls(!hasControls)}>
                {words.practice.controls(state.faults.length)}
                <Chevron aria-hidden className="size-icon" />
              </Button>
            </span>
          )}
          <span
            className={cx(
              'flex flex-wrap items-center gap-1.5 max-md:order-last low:order-last',
              state?.isRunning === true && !hasControls && 'low:hidden',
            )}
          >
            {state?.isRunning === true && (
              <>
                <MachineChoice machine={state.machine} />
                <SpeedChoice speed={state.speed} />
                <FaultMenu faults={state.faults} />
              </>
            )}
            {state?.isRunning === false && (
              <Button size="small" onClick={() => setIsResetting(true)}>
                {words.practice.reset.action}
              </Button>
            )}
          </span>
          <span className="flex items-center gap-1.5">
            <Button size="small" icon={<LogOut aria-hidden className="size-icon" />} onClick={() => switchCore('real')}>
              {words.practice.leave}
            </Button>
            <Menu
              label={words.practice.more}
              icon={<Ellipsis aria-hidden className="size-icon" />}
              size="small"
              actions={[
                { label: words.practice.about, onSelect: () => setHasIntro(true) },
                { label: words.practice.reset.action, onSelect: () => setIsResetting(true) },
              ]}
            />
          </span>
        </span>
      </div>
      {hasIntro && (
        <Intro
          practiceKey={state?.key ?? null}
          onClose={() => {
            closeIntro(setHasIntro);
            focusPage();
          }}
        />
      )}
      <ResetPractice isOpen={isResetting} onClose={() => setIsResetting(false)} />
    </section>
  );
}
