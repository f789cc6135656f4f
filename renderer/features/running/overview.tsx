import type { Nim } from '../../../shared/contract/nims.ts';
import { JobProgress } from '../../app/job-progress.tsx';
import { StatusBadge, NimStatusDetail } from '../../app/status.tsx';
import { When } from '../../app/when.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValue, type KeyValueItem } from '../../ui/key-value.tsx';
import { words } from '../../words.ts';

/** A command that can be pasted: quotes of the model's id are doubled out of the JSON and of the shell. */
export function chatCommand(address: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }], stream: true });
  return [
    `curl -N ${address}/v1/chat/completions \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body.replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n');
}

export function Overview({ nim }: { nim: Nim }) {
  const { data: jobs = [] } = useStream(streams.jobs);
  const job = jobs.find((each) => each.nimId === nim.id && each.state === 'running');
  const [model] = nim.models;
  const { fields } = words.running;
  const mono = (text: string) => <span className="font-mono text-code wrap-anywhere">{text}</span>;

  const items: KeyValueItem[] = [
    {
      label: fields.status,
      value: (
        <span className="flex flex-wrap items-center gap-2">
          <StatusBadge status={nim.status} />
          <NimStatusDetail nim={nim} />
        </span>
      ),
    },
    ...(nim.exit?.firstErrorLine === undefined || nim.exit.firstErrorLine === null
      ? []
      : [
          {
            label: fields.firstError,
            value: (
              <>
                <span className="font-mono text-xs break-words text-bad">{nim.exit.firstErrorLine}</span>{' '}
                <a
                  className="text-accent underline underline-offset-2"
                  href={toHash({ page: 'nim', nimId: nim.id, tab: 'log' })}
                >
                  {words.running.showInLog}
                </a>
              </>
            ),
          },
        ]),
    {
      label: fields.address,
      value:
        nim.address === null ? (
          words.running.noAddress
        ) : (
          <span className="flex items-center gap-1">
            {mono(nim.address)}
            <CopyButton text={nim.address} label={words.running.copyAddress} />
          </span>
        ),
    },
    { label: fields.models, value: nim.models.length === 0 ? words.running.modelsLater : mono(nim.models.join(', ')) },
    { label: fields.image, value: mono(nim.reference) },
    {
      label: fields.gpus,
      value: nim.gpus.kind === 'devices' ? mono(nim.gpus.ids.join(', ')) : words.running.gpus[nim.gpus.kind],
    },
    { label: fields.profile, value: nim.profile === null ? words.running.profileAuto : mono(nim.profile) },
    { label: fields.version, value: nim.nimVersion ?? words.common.notKnown },
    { label: fields.created, value: <When at={nim.createdAt} /> },
    { label: fields.started, value: <When at={nim.startedAt} /> },
    {
      label: fields.container,
      value: (
        <span className="flex items-center gap-1">
          {mono(nim.id.slice(0, 12))}
          <CopyButton text={nim.id} label={words.running.copyId} />
        </span>
      ),
    },
  ];

  return (
    <div className="relative min-h-0 flex-1 overflow-y-auto px-6 py-5">
      <div className="mx-auto flex max-w-4xl flex-col gap-4">
        {job !== undefined && (
          <Card>
            <JobProgress job={job} />
          </Card>
        )}
        <Card>
          <KeyValue items={items} />
        </Card>
        {nim.address !== null && model !== undefined && (
          <Card title={words.running.tryIt} description={words.running.tryItHint}>
            <CodeBlock
              code={chatCommand(nim.address, model)}
              label={words.running.command}
              copyLabel={words.running.copyCommand}
            />
          </Card>
        )}
      </div>
    </div>
  );
}
