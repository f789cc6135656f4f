import { useQuery } from '@tanstack/react-query';
import { settingValues, type SettingValues } from '../../../shared/contract/settings.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { Page } from '../../app/page.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton, SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { NgcCard } from './ngc-card.tsx';
import { StorageCard } from './storage-card.tsx';

export function SettingsPage() {
  const { data: settings, failure } = useStream(streams.settings);
  return (
    <Page title={words.settings.title}>
      <div className="flex w-full max-w-3xl flex-col gap-4">
        <NgcCard />
        {failure !== null && <ErrorCard failure={failure} />}
        {settings === undefined ? (
          failure === null && <SkeletonList rows={2} rowClassName="h-40" />
        ) : (
          <>
            <AppearanceCard settings={settings} />
            {/* Another value from elsewhere begins the form anew; typing does not, since nothing is saved meanwhile. */}
            <StorageCard key={`${settings.cacheFolder} ${settings.logCapMiB}`} settings={settings} />
          </>
        )}
        <AboutCard />
      </div>
    </Page>
  );
}

function AppearanceCard({ settings }: { settings: SettingValues }) {
  const api = useApi();
  const update = useAction((change: Partial<Pick<SettingValues, 'theme' | 'contrast'>>) => api.settings.update(change));
  const { theme, contrast } = settingValues.shape;
  const themes = theme.options.map((value) => ({ value, label: words.settings.themes[value] }));
  const contrasts = contrast.options.map((value) => ({ value, label: words.settings.contrasts[value] }));
  return (
    <Card title={words.settings.appearance}>
      <Field label={words.settings.theme}>
        <Select value={settings.theme} onChange={(next) => update.run({ theme: next })} options={themes} />
      </Field>
      <Field label={words.settings.contrast}>
        <Select value={settings.contrast} onChange={(next) => update.run({ contrast: next })} options={contrasts} />
      </Field>
    </Card>
  );
}

function AboutCard() {
  const api = useApi();
  const info = useQuery({ queryKey: keys.info(), queryFn: ({ signal }) => api.app.info({}, { signal }) });
  const { settings } = words;
  return (
    <Card title={settings.about}>
      {info.isPending && <Skeleton className="h-28" />}
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
                  <span className="font-mono text-[0.8125rem] wrap-anywhere">{info.data.dataFolder}</span>
                  <CopyButton text={info.data.dataFolder} label={settings.copyDataFolder} />
                </span>
              ),
            },
            { label: settings.platform, value: `${info.data.platform} ${info.data.architecture}` },
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
