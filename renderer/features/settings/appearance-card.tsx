import { settingValues, type SettingValues } from '../../../shared/contract/settings.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';

export function AppearanceCard({ settings }: { settings: SettingValues }) {
  const api = useApi();
  const update = useAction((change: Partial<Pick<SettingValues, 'theme' | 'contrast'>>) => api.settings.update(change));
  const { theme, contrast } = settingValues.shape;
  const themes = theme.options.map((value) => ({ value, label: words.settings.themes[value] }));
  const contrasts = contrast.options.map((value) => ({ value, label: words.settings.contrasts[value] }));
  return (
    <Card title={words.settings.sections.appearance} className="@container">
      <div className="grid gap-4 @xl:grid-cols-2">
        <Field label={words.settings.theme}>
          <Select value={settings.theme} onChange={(next) => update.run({ theme: next })} options={themes} />
        </Field>
        <Field label={words.settings.contrast}>
          <Select value={settings.contrast} onChange={(next) => update.run({ contrast: next })} options={contrasts} />
        </Field>
      </div>
    </Card>
  );
}
