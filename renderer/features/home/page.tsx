import { NoEngine } from '../../app/no-engine.tsx';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { words } from '../../words.ts';
import { attentionItems } from './attention.ts';
import { AttentionCard } from './attention-card.tsx';
import { checkMachine, diskFacts, gpuFacts } from './checks.ts';
import { ChecksCard } from './checks-card.tsx';
import { LoadCard } from './load-card.tsx';
import { nextStep } from './next-step.ts';
import { NextStepCard } from './next-step-card.tsx';
import { NimsCard, type NimActionsComponent } from './nims-card.tsx';
import { ChatsCard, InstalledCard } from './recent-cards.tsx';

/** For who is new: what this machine brings, and the one next step. For who is not: what is going on. */
export function HomePage({ Actions }: { Actions: NimActionsComponent }) {
  const { data: engine } = useStream(streams.engine);
  const { data: gpu } = useStream(streams.gpu, gpuFacts);
  const { data: ngc } = useStream(streams.ngc);
  const { data: images } = useStream(streams.images);
  const { data: list, failure } = useStream(streams.nims);
  const { data: jobs = [] } = useStream(streams.jobs);
  const { data: chats } = useStream(streams.conversations);
  const { data: disks } = useStream(streams.disks, diskFacts);
  const { data: proofs = [] } = useStream(streams.gpuProofs);

  const nims = list?.nims ?? [];
  const checks = checkMachine({ engine, gpu, ngc, jobs, disks });
  const step = nextStep({ checks, nims: list?.nims, images, jobs });
  const isUnreachable = engine?.status === 'unreachable';
  const hasRun = nims.length > 0 || (chats?.newest.length ?? 0) > 0;
  const isNew = !hasRun && step !== null;
  const attention = attentionItems({ nims, jobs, ngc, proofs });

  return (
    <Page
      width="wide"
      title={isNew ? words.home.welcome : words.home.title}
      description={isNew ? words.home.welcomeHint : undefined}
    >
      {isUnreachable ? <NoEngine state={engine} /> : isNew && <NextStepCard step={step} />}
      <AttentionCard items={attention} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] xl:grid-rows-[auto_1fr] 3xl:grid-cols-[minmax(0,4fr)_minmax(0,3fr)_minmax(0,3fr)]">
        <div className="flex min-w-0 flex-col gap-4 xl:row-span-2 3xl:row-span-1">
          {isNew ? (
            <ChecksCard checks={checks} isFolded={false} />
          ) : (
            <>
              <NimsCard list={list} failure={failure} Actions={Actions} />
              <ChatsCard conversations={chats?.newest} />
            </>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <LoadCard />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <InstalledCard
            images={images === undefined && isUnreachable ? null : images}
            canRun={engine?.status === 'connected'}
          />
          {!isNew && <ChecksCard checks={checks} isFolded />}
        </div>
      </div>
    </Page>
  );
}
