import { Fragment, useState } from 'react';
import type { MigCommand, MigPlan } from '../../../shared/contract/gpu.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { cx } from '../../ui/cx.ts';
import { linkClass } from '../../ui/link.ts';
import { words } from '../../words.ts';
import { listed } from '../../words/intl.ts';
import { MigSlots } from './mig-slots.tsx';
import { nimsOnCard } from './nims-on-card.ts';

/** Before one asks for the rest: of three small slices an A100 has 35 layouts. */
const firstShown = 6;

interface MigLayoutsProps {
  plan: MigPlan;
  onChoose: (layout: number) => void;
}

/** Ways to place what is wanted; one of them is chosen, and has its commands. */
export function MigLayouts({ plan: { card, layouts, chosen }, onChoose }: MigLayoutsProps) {
  const text = words.mig;
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? layouts : layouts.slice(0, firstShown);
  return (
    <section aria-label={text.layouts} className="@container flex flex-col gap-3">
      <p className="text-sm font-medium">{text.layoutsFound(layouts.length)}</p>
      <ul className="grid gap-2 @2xl:grid-cols-2 @6xl:grid-cols-3">
        {shown.map(({ instances, roomFor }, index) => (
          <li key={instances.map(({ profile, start }) => `${profile}@${start}`).join()}>
            <button
              type="button"
              aria-pressed={index === chosen}
              onClick={() => onChoose(index)}
              className={cx(
                'flex w-full flex-col gap-1.5 rounded-md border px-3 py-2 text-left',
                index === chosen ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:border-line-strong',
              )}
            >
              <span className="flex w-full flex-wrap items-baseline justify-between gap-x-3">
                <span className={cx('text-sm font-medium', index === chosen && 'text-accent')}>
                  {text.layout(index + 1)}
                </span>
                <span className="text-xs text-ink-soft">
                  {roomFor.length === 0 ? text.roomForNothing : text.roomFor(listed(roomFor))}
                </span>
              </span>
              <span className="w-full">
                <MigSlots isSmall label={text.layout(index + 1)} slots={card.memorySlots ?? 0} instances={instances} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < layouts.length && (
        <div>
          <Button size="small" onClick={() => setShowsAll(true)}>
            {text.moreLayouts(layouts.length - shown.length)}
          </Button>
        </div>
      )}
    </section>
  );
}

export function MigCommands({ plan: { commands, undo, warnings, gpuIndex } }: { plan: MigPlan }) {
  const text = words.mig;
  const { data: report } = useStream(streams.gpu);
  const { data: list } = useStream(streams.nims);
  const onCard = gpuIndex === null || report === undefined ? [] : nimsOnCard(gpuIndex, report, list?.nims ?? []);
  return (
    <>
      <Callout tone="warn" title={text.before}>
        <ul className="list-disc pl-4">
          {onCard.length > 0 && (
            <li>
              {text.inTheWay(onCard.length)}{' '}
              {onCard.map(({ id, name }, index) => (
                <Fragment key={id}>
                  {index > 0 && ', '}
                  <a href={toHash({ page: 'nim', nimId: id, tab: 'overview' })} className={linkClass}>
                    {name}
                  </a>
                </Fragment>
              ))}
            </li>
          )}
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
          {gpuIndex === null && <li>{text.indexToFill}</li>}
        </ul>
      </Callout>
      <CommandCard title={text.commands} hint={text.commandsHint} commands={commands} />
      <CommandCard title={text.undo} commands={undo} />
    </>
  );
}

function CommandCard({ title, hint, commands }: { title: string; hint?: string; commands: readonly MigCommand[] }) {
  const text = words.mig;
  return (
    <Card
      title={title}
      description={hint}
      actions={<CopyButton hasText label={text.copyAll} text={commands.map(({ command }) => command).join('\n')} />}
    >
      <ol className="flex flex-col gap-3">
        {commands.map(({ command, why }) => (
          <li key={command} className="flex min-w-0 flex-col gap-1">
            <p className="text-sm">{why}</p>
            <CodeBlock label={text.command} copyLabel={text.copy} code={command} />
          </li>
        ))}
      </ol>
    </Card>
  );
}
