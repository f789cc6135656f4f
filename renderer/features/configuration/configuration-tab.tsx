import CopyPlus from 'lucide-react/icons/copy-plus';
import type { Nim, NimDetails } from '../../../shared/contract/nims.ts';
import { formatBytes } from '../../../shared/format.ts';
import { chatCommand } from '../../app/chat-command.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { GpuFacts } from '../../app/gpu-facts.tsx';
import { useRunAgain } from '../../app/run-again.ts';
import { TabPanel } from '../../app/tab-panel.tsx';
import { useNimDetails } from '../../app/use-nim-details.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValue, type KeyValueItem } from '../../ui/key-value.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { EnvironmentCard, LabelsCard } from './environment-card.tsx';

const mono = (text: string) => <span className="font-mono text-code wrap-anywhere">{text}</span>;
const copied = (text: string, label: string) => (
  <span className="flex items-start gap-1">
    {mono(text)}
    <span className="-my-1 shrink-0">
      <CopyButton text={text} label={label} />
    </span>
  </span>
);
const known = (value: string | number | null) => (value === null ? words.common.notKnown : String(value));

const mountColumns: readonly Column<NimDetails['mounts'][number]>[] = [
  {
    key: 'source',
    label: words.configuration.mount.source,
    cell: ({ type, source }) => mono(type === 'volume' ? words.configuration.volume(source) : source),
    isRowHeader: true,
  },
  { key: 'target', label: words.configuration.mount.target, cell: ({ target }) => mono(target) },
  {
    key: 'rights',
    label: words.configuration.mount.rights,
    cell: ({ isReadOnly }) => (isReadOnly ? words.configuration.readOnly : words.configuration.readWrite),
    isTight: true,
  },
];

/** What the container is made of, and how to make it again. */
export function ConfigurationTab({ nim }: { nim: Nim }) {
  const { details, failure, retry, isRetrying } = useNimDetails(nim);
  const runAgain = useRunAgain();
  if (details === undefined)
    return (
      <TabPanel>
        {failure === null ? (
          <SkeletonList rows={5} rowClassName="h-24" />
        ) : (
          <ErrorCard failure={failure} onRetry={retry} isRetrying={isRetrying} />
        )}
      </TabPanel>
    );
  const { configuration: text } = words;
  return (
    <TabPanel>
      <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
        <span className="text-sm text-ink-soft">{text.runAgainHint}</span>
        <Button icon={<CopyPlus aria-hidden className="size-icon" />} onClick={() => runAgain(details.spec)}>
          {text.runAgain}
        </Button>
      </div>
      <div className="@container">
        <div className="grid items-start gap-4 @4xl:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-4">
            <Card title={text.image}>
              <KeyValue items={imageFacts(details)} />
            </Card>
            <Card title={text.network}>
              <KeyValue
                items={details.ports.flatMap(({ inside, address }) => [
                  { label: `${text.fields.port} ${inside}`, value: copied(address, words.running.copyAddress) },
                ])}
              />
            </Card>
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <Card title={text.model}>
              <KeyValue items={modelFacts(details)} />
            </Card>
            <Card title={text.hardware}>
              <GpuFacts gpu={details.gpu} more={processFacts(details)} />
            </Card>
          </div>
        </div>
      </div>
      <Card title={text.storage}>
        <Table
          isDense
          caption={text.mountsOf}
          rows={details.mounts}
          keyOf={({ target }) => target}
          empty={<p className="p-4 text-sm text-ink-soft">{words.common.none}</p>}
          columns={mountColumns}
        />
      </Card>
      <EnvironmentCard environment={details.environment} />
      <Card title={text.commands}>
        <CodeBlock code={details.command} label={text.dockerRun} copyLabel={text.copy(text.dockerRun)} />
        <p className="text-xs text-ink-soft">{text.dockerRunHint}</p>
        <Questions nim={nim} />
      </Card>
      <LabelsCard labels={details.labels} />
    </TabPanel>
  );
}

function Questions({ nim: { address, models } }: { nim: Nim }) {
  const { configuration: text } = words;
  if (address === null) return <p className="text-sm text-ink-soft">{text.noAddress}</p>;
  const [model] = models;
  const question = model === undefined ? `curl ${address}/v1/models` : chatCommand(address, model);
  return (
    <>
      <CodeBlock code={question} label={text.curl} copyLabel={text.copy(text.curl)} />
      <CodeBlock code={`curl ${address}/v1/metrics`} label={text.curlMetrics} copyLabel={text.copy(text.curlMetrics)} />
    </>
  );
}

function imageFacts({ image }: NimDetails): KeyValueItem[] {
  const { fields } = words.configuration;
  return [
    { label: fields.reference, value: copied(image.reference, words.configuration.copyReference) },
    {
      label: fields.digest,
      value: image.digest === null ? words.common.notKnown : copied(image.digest, words.configuration.copyDigest),
    },
    { label: fields.imageId, value: copied(image.id, words.configuration.copyImageId) },
    { label: fields.size, value: image.sizeBytes === null ? words.common.notKnown : formatBytes(image.sizeBytes) },
    { label: fields.title, value: known(image.title) },
  ];
}

function modelFacts({
  profile,
  precision,
  tensorParallel,
  pipelineParallel,
  contextTokens,
}: NimDetails): KeyValueItem[] {
  const { fields, profileSources, profileUnknown, tokens, gpus } = words.configuration;
  const { id, name, source } = profile;
  return [
    {
      label: fields.profile,
      value:
        source === null ? (
          profileUnknown
        ) : (
          <span>
            {mono(name ?? id ?? '')} <span className="text-ink-soft">({profileSources[source]})</span>
          </span>
        ),
    },
    ...(id !== null && name !== null
      ? [{ label: fields.profileId, value: copied(id, words.configuration.copyProfileId) }]
      : []),
    { label: fields.precision, value: known(precision) },
    {
      label: fields.tensorParallel,
      value: tensorParallel === null ? words.common.notKnown : gpus(tensorParallel),
    },
    ...(pipelineParallel === null || pipelineParallel === 1
      ? []
      : [{ label: fields.pipelineParallel, value: gpus(pipelineParallel) }]),
    { label: fields.context, value: contextTokens === null ? words.common.notKnown : tokens(contextTokens) },
  ];
}

function processFacts({ sharedMemoryBytes, user, restartPolicy }: NimDetails): KeyValueItem[] {
  const { fields, shared, imageUser, users, restartPolicies } = words.configuration;
  const policy = restartPolicy ?? 'no';
  return [
    {
      label: fields.sharedMemory,
      value: sharedMemoryBytes === null ? words.common.notKnown : shared(sharedMemoryBytes),
    },
    { label: fields.user, value: user === null ? imageUser : (users[user] ?? user) },
    { label: fields.restart, value: restartPolicies[policy] ?? policy },
  ];
}
