import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';

export function AboutCard() {
  const api = useApi();
  const info = useQuery({ queryKey: keys.info(), queryFn: ({ signal }) => api.app.info({}, { signal }) });
  const { settings } = words;
  return (
    <Card title={settings.sections.about}>
      {info.isPending && <SkeletonText lines={4} />}
      {info.isError && (
        <ErrorCard failure={toAppError(info.error)} onRetry={() => void info.refetch()} isRetrying={info.isFetching} />
      )}
      {info.data !== undefined && (
        <KeyValue
          items={[
            { label: settings.version, value: info.data.version },
            {
              label: settings.dataFolder,
              value: (
                <span className="flex items-center gap-1">
                  <span className="font-mono text-code wrap-anywhere">{info.data.dataFolder}</span>
                  <CopyButton text={info.data.dataFolder} label={settings.copyDataFolder} />
                </span>
              ),
            },
            { label: settings.platform, value: settings.platformOf(info.data.platform, info.data.architecture) },
            {
              label: settings.owner,
              value: settings.ownerProcess(settings.owners[info.data.owner.shell], info.data.owner.pid),
            },
          ]}
        />
      )}
      <p className="text-sm text-ink-soft">{settings.telemetry}</p>
    </Card>
  );
}
