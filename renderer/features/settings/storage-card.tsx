import { useState } from 'react';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

export function parseLogCap(text: string): number | null {
  const cap = /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return cap >= 1 && cap <= 100_000 ? cap : null;
}

export function StorageCard({ settings }: { settings: SettingValues }) {
  const api = useApi();
  const [cacheFolder, setCacheFolder] = useState(settings.cacheFolder ?? '');
  const [logCap, setLogCap] = useState(String(settings.logCapMiB));
  const logCapMiB = parseLogCap(logCap);
  const folder = cacheFolder.trim() === '' ? null : cacheFolder.trim();
  const isChanged = folder !== settings.cacheFolder || logCapMiB !== settings.logCapMiB;
  const save = useAction((values: Partial<SettingValues>) => api.settings.update(values), {
    isFailureShown: true,
    onDone: () => showToast({ title: words.settings.saved, tone: 'good' }),
  });
  return (
    <Card title={words.settings.sections.storage}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (logCapMiB !== null) save.run({ cacheFolder: folder, logCapMiB });
        }}
      >
        <Field label={words.settings.cacheFolder} hint={words.settings.cacheFolderHint}>
          <FieldInput
            className="font-mono"
            spellCheck={false}
            placeholder={words.settings.cacheFolderExample}
            value={cacheFolder}
            onChange={(event) => setCacheFolder(event.currentTarget.value)}
          />
        </Field>
        <Field
          label={words.settings.logCap}
          hint={words.settings.logCapHint}
          error={logCapMiB === null ? words.settings.logCapError : null}
        >
          <FieldInput inputMode="numeric" value={logCap} onChange={(event) => setLogCap(event.currentTarget.value)} />
        </Field>
        {save.failure !== null && <ErrorCard failure={save.failure} />}
        <div>
          <Button variant="primary" type="submit" disabled={!isChanged || logCapMiB === null} isBusy={save.isRunning}>
            {words.common.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
