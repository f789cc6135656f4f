import LoaderCircle from 'lucide-react/icons/loader-circle';
import { useRef } from 'react';
import type { FitAnswer, FitDevice } from '../../../shared/contract/fit.ts';
import { formatMemory } from '../../../shared/format.ts';
import { answerText, fitLook } from '../../app/fit-text.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { KeyValue, type KeyValueItem } from '../../ui/key-value.tsx';
import { words } from '../../words.ts';
import { StopToFit } from './stop-to-fit.tsx';
import type { Fit } from './use-fit.ts';

interface FitCardProps {
  fit: Fit;
  onContext: (tokens: number) => void;
  onPlace: (id: string) => void;
}

/** Whether what is filled in fits, because of what, and what can be done about it. */
export function FitCard({ fit: { answer, elsewhere, isChecking, failure }, onContext, onPlace }: FitCardProps) {
  const card = useRef<HTMLElement>(null);
  // The button goes with its offer: Tab must go on from here, not from the top of the form.
  const stay = () => card.current?.focus();
  if (failure !== null) return <ErrorCard failure={failure} />;
  if (answer === undefined && !isChecking) return null;
  return (
    <section
      ref={card}
      tabIndex={-1}
      aria-label={words.fit.title}
      aria-busy={isChecking}
      className="flex flex-col gap-2 rounded-md border border-line bg-sunken p-3 outline-none"
    >
      {answer === undefined ? (
        <p className="text-sm text-ink-soft">{words.fit.checking}</p>
      ) : (
        <Answer
          answer={answer}
          elsewhere={elsewhere}
          isChecking={isChecking}
          onContext={(tokens) => {
            onContext(tokens);
            stay();
          }}
          onPlace={(id) => {
            onPlace(id);
            stay();
          }}
        />
      )}
    </section>
  );
}

function Answer({
  answer,
  elsewhere,
  isChecking,
  onContext,
  onPlace,
}: Omit<FitCardProps, 'fit'> & Pick<Fit, 'elsewhere' | 'isChecking'> & { answer: FitAnswer }) {
  const { word, tone, icon: Icon } = fitLook(answer);
  const { contextTokens, longestContextTokens: longest, modelFilesGB } = answer;
  const canShorten = longest !== null && contextTokens !== null && longest < contextTokens;
  return (
    <>
      <output className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={tone} icon={<Icon aria-hidden className="size-icon-small" />}>
          {word}
        </Badge>
        <span className="min-w-0 flex-1 break-words first-letter:uppercase">{answerText(answer)}</span>
        {isChecking && <LoaderCircle aria-hidden className="size-icon animate-spin text-ink-soft" />}
      </output>
      {canShorten && (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <span className="min-w-0 flex-1 basis-48">{words.fit.longest(longest)}</span>
          <Button size="small" onClick={() => onContext(longest)}>
            {words.fit.takeLongest(longest)}
          </Button>
        </div>
      )}
      {elsewhere !== null && (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <span className="min-w-0 flex-1 basis-48">
            {answer.devices.some(({ memory }) => memory === 'slice') ? words.fit.oneSlice : words.fit.roomElsewhere}
          </span>
          <Button size="small" onClick={() => onPlace(elsewhere.id)}>
            {words.fit.takePlace(elsewhere.label)}
          </Button>
        </div>
      )}
      {answer.stop.length > 0 && <StopToFit stop={answer.stop} title={stopTitle(answer, elsewhere)} />}
      {modelFilesGB !== null && (
        <p className="text-xs text-ink-soft">{words.fit.filesAtStart(words.fit.gigabytes(modelFilesGB))}</p>
      )}
      {(answer.parts.length > 0 || answer.devices.length > 0 || answer.processor !== null) && (
        <Disclosure label={words.fit.why}>
          <KeyValue items={because(answer)} />
        </Disclosure>
      )}
    </>
  );
}

function stopTitle({ reason }: FitAnswer, elsewhere: Fit['elsewhere']): string {
  const { fit } = words;
  if (elsewhere !== null) return fit.orStop;
  return reason === 'short-context' ? fit.toHaveAll : fit.toStart;
}

const memory = (mebibytes: number | null) => (mebibytes === null ? words.common.notKnown : formatMemory(mebibytes));

function because({ needMiB, source, parts, devices, profile, processor, contextTokens }: FitAnswer): KeyValueItem[] {
  const { fit } = words;
  const gpus = profile?.gpus ?? 1;
  const items: KeyValueItem[] = [];
  if (processor !== null) {
    const madeFor = processor.madeFor.join(', ');
    items.push({ label: fit.madeFor, value: fit.sourced(madeFor, fit.processorSources[processor.source]) });
    items.push({ label: fit.processor, value: processor.engine });
  }
  const precision = profile?.precision ?? null;
  const as = profile?.name ?? (precision === null ? null : fit.precision(precision, gpus));
  if (as !== null) items.push({ label: fit.as, value: as });
  if (contextTokens !== null) items.push({ label: fit.context, value: fit.tokens(contextTokens) });
  if (needMiB !== null && source !== null) {
    items.push({ label: fit.need(gpus), value: fit.sourced(memory(needMiB), fit.sources[source]) });
  }
  for (const part of parts) {
    if (part.kind === 'unsplit') continue;
    items.push({ label: fit.parts[part.kind], value: fit.sourced(memory(part.memoryMiB), fit.sources[part.source]) });
  }
  return [...items, ...devices.flatMap((device) => ofDevice(device, devices.length))];
}

function ofDevice({ name, memory: kind, totalMiB, takenMiB }: FitDevice, count: number): KeyValueItem[] {
  const { fit } = words;
  const label = kind === 'system' ? fit.shared : count > 1 && name !== null ? fit.totalOf(name) : fit.total;
  return [
    { label, value: memory(totalMiB) },
    { label: fit.taken, value: memory(takenMiB) },
  ];
}
