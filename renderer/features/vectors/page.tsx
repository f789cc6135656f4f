import Waypoints from 'lucide-react/icons/waypoints';
import { useState } from 'react';
import { ErrorCard } from '../../app/error-card.tsx';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { SkeletonCard } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { EmbedForm } from './embed-form.tsx';
import { keyOf, kindOf, vectorKinds, type VectorKind } from './kind-of.ts';
import { RerankForm } from './rerank-form.tsx';

/** For models that answer with numbers. */
export function VectorsPage({ nimId }: { nimId: string | null }) {
  const { data: list, failure } = useStream(streams.targets);
  const [chosenKey, setChosenKey] = useState<string | null>(nimId === null ? null : keyOf({ kind: 'nim', nimId }));
  const [chosenKind, setChosenKind] = useState<VectorKind | null>(null);
  const asked = list?.targets.find(({ target }) => keyOf(target) === chosenKey);
  // The NIM of the address is offered whatever is known of it: somebody asked for it by name.
  const targets = (list?.targets ?? []).filter(
    (each) => each === asked || (each.state === 'ready' && kindOf(each) !== null),
  );
  const target = asked ?? targets.find((each) => each.target.kind === 'nim') ?? null;
  const known = target === null ? null : kindOf(target);
  const kind = known ?? chosenKind;

  return (
    <Page title={words.vectors.title} description={words.vectors.description} width="page">
      {failure !== null && <ErrorCard failure={failure} />}
      {list === undefined && failure === null && <SkeletonCard />}
      {list !== undefined && targets.length === 0 && (
        <Empty
          icon={<Waypoints aria-hidden className="size-6" />}
          title={words.vectors.noTarget}
          actions={
            <a href="#/models" className={buttonClass('primary')}>
              {words.vectors.chooseModel}
            </a>
          }
        >
          {words.vectors.noTargetHint}
        </Empty>
      )}
      {targets.length > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <Select
            label={words.vectors.target}
            placeholder={words.vectors.chooseTarget}
            value={target === null ? null : keyOf(target.target)}
            onChange={setChosenKey}
            options={targets.map((each) => {
              const eachKind = kindOf(each);
              return {
                value: keyOf(each.target),
                label: each.name,
                ...(eachKind === null ? {} : { hint: words.vectors.kinds[eachKind] }),
              };
            })}
          />
          {target !== null && known === null && (
            <Segmented
              label={words.vectors.kind}
              value={kind ?? 'embedding'}
              onChange={setChosenKind}
              segments={vectorKinds.map((value) => ({ value, label: words.vectors.kinds[value] }))}
            />
          )}
        </div>
      )}
      {target !== null && known === null && <p className="text-sm text-ink-soft">{words.vectors.unknownKind}</p>}
      {target !== null && target.state !== 'ready' && (
        <Callout tone="warn" title={words.vectors.notReady(target.name)} />
      )}
      {target !== null &&
        (kind === 'rerank' ? (
          <RerankForm key={keyOf(target.target)} target={target.target} canAsk={target.state === 'ready'} />
        ) : (
          <EmbedForm key={keyOf(target.target)} target={target.target} canAsk={target.state === 'ready'} />
        ))}
    </Page>
  );
}
