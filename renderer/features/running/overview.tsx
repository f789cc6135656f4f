import type { ReactNode } from 'react';
import type { Nim, NimDetails } from '../../../shared/contract/nims.ts';
import { FirstError, NimStatusDetail, StatusBadge } from '../../app/status.tsx';
import { GpuFacts } from '../../app/gpu-facts.tsx';
import { GpuProofFact } from '../../app/gpu-proof.tsx';
import { TabPanel } from '../../app/tab-panel.tsx';
import { useNimDetails } from '../../app/use-nim-details.ts';
import { When } from '../../app/when.tsx';
import { toHash } from '../../router.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { words } from '../../words.ts';
import { chatCommand } from '../../app/chat-command.ts';
import { ErrorsCard } from './errors-card.tsx';
import { FailedStart } from './failed-start.tsx';
import { StartCard } from './start-card.tsx';

const mono = (text: string) => <span className="font-mono text-code wrap-anywhere">{text}</span>;

export function Overview({ nim }: { nim: Nim }) {
  const { details } = useNimDetails(nim);
  const [model] = nim.models;
  const isChat = details?.capabilities.includes('chat') ?? true;
  return (
    <TabPanel>
      <StatusCard nim={nim} />
      <FailedStart nim={nim} />
      <div className="@container">
        <div className="grid items-start gap-4 @4xl:grid-cols-2">
          <div className="peer flex min-w-0 flex-col gap-4 empty:hidden">
            <StartCard nim={nim} details={details} />
            <ErrorsCard nim={nim} />
            {nim.address !== null && model !== undefined && isChat && (
              <Card title={words.running.tryIt} description={words.running.tryItHint}>
                <CodeBlock
                  code={chatCommand(nim.address, model)}
                  label={words.running.command}
                  copyLabel={words.running.copyCommand}
                />
              </Card>
            )}
          </div>
          {/* Of one that has ended there may be nothing on the left: then these two stand side by side. */}
          <div className="flex min-w-0 flex-col gap-4 peer-empty:@4xl:col-span-2 peer-empty:@4xl:flex-row peer-empty:@4xl:items-start peer-empty:@4xl:*:flex-1">
            <FactsCard nim={nim} details={details} />
            {details !== undefined && (
              <Card title={words.running.gpuTitle}>
                <GpuFacts
                  gpu={details.gpu}
                  more={
                    nim.gpus.kind === 'none' ? [] : [{ label: words.gpuProof.label, value: <GpuProofFact nim={nim} /> }]
                  }
                />
              </Card>
            )}
          </div>
        </div>
      </div>
    </TabPanel>
  );
}

/** How it is, in large, and where it answers. */
function StatusCard({ nim }: { nim: Nim }) {
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <span className="flex flex-wrap items-center gap-3">
          <StatusBadge isLarge status={nim.status} />
          <NimStatusDetail nim={nim} />
        </span>
        <span className="flex min-w-0 items-center gap-1 sm:ml-auto">
          {nim.address === null ? (
            <span className="text-sm text-ink-soft">{words.running.noAddress}</span>
          ) : (
            <>
              {mono(nim.address)}
              <CopyButton text={nim.address} label={words.running.copyAddress} />
            </>
          )}
        </span>
      </div>
      {nim.status === 'paused' && <p className="text-sm">{words.running.pausedHint}</p>}
      {nim.exit !== null && (
        <div className="flex flex-col gap-1">
          <FirstError nim={nim} isWhole />
          <a
            className="flex w-fit items-center rounded-sm text-sm text-accent underline underline-offset-2 pointer-coarse:min-h-control"
            href={toHash({ page: 'nim', nimId: nim.id, tab: 'log' })}
          >
            {words.jobs.openLog}
          </a>
        </div>
      )}
    </Card>
  );
}

function FactsCard({ nim, details }: { nim: Nim; details: NimDetails | undefined }) {
  const { fields } = words.running;
  const capabilities = details?.capabilities ?? [];
  return (
    <Card title={words.running.facts}>
      {capabilities.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {capabilities.map((each) => (
            <li key={each}>
              <Badge tone="accent">{words.configuration.capabilities[each]}</Badge>
            </li>
          ))}
        </ul>
      )}
      <KeyValue
        items={[
          {
            label: fields.models,
            value: nim.models.length === 0 ? words.running.modelsLater : mono(nim.models.join(', ')),
          },
          { label: fields.image, value: mono(nim.reference) },
          { label: fields.profile, value: profileOf(nim, details) },
          { label: fields.version, value: nim.nimVersion ?? words.common.notKnown },
          { label: fields.created, value: <When at={nim.createdAt} /> },
          { label: fields.started, value: <When at={nim.startedAt} /> },
          ...(nim.status === 'ready'
            ? [{ label: words.running.readySince, value: <When at={nim.statusSince} /> }]
            : []),
          {
            label: fields.container,
            value: (
              <span className="flex items-center gap-1">
                {mono(nim.id.slice(0, 12))}
                <CopyButton text={nim.id} label={words.running.copyId} />
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}

/** What was asked for, or what the NIM has picked, as far as it says: its name, else what it is. */
function profileOf(nim: Nim, details: NimDetails | undefined): ReactNode {
  if (nim.profile !== null) return mono(nim.profile);
  const { profileAuto, profilePicked } = words.running;
  if (details === undefined || details.profile.source === null) return profileAuto;
  const { precision, tensorParallel, profile } = details;
  const kind = [precision, tensorParallel === null ? null : words.configuration.gpus(tensorParallel)];
  const said = kind.filter((part) => part !== null).join(', ');
  return (
    <span>
      {profile.name === null ? said || mono(profile.id?.slice(0, 12) ?? '') : mono(profile.name)}{' '}
      <span className="text-ink-soft">({profilePicked})</span>
    </span>
  );
}
