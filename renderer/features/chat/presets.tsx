import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { ChatParameters } from '../../../shared/contract/chat.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';

interface PresetsProps {
  /** What would be saved; null: something in the form is not right. */
  parameters: ChatParameters | null;
  onUse: (parameters: ChatParameters) => void;
}

/** Parameters under a name, kept with the settings for all chats. */
export function Presets({ parameters, onUse }: PresetsProps) {
  const api = useApi();
  const { data: settings } = useStream(streams.settings);
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState('');
  const presets = settings?.chatPresets ?? [];
  const keep = useAction((chatPresets: typeof presets) => api.settings.update({ chatPresets }));
  const others = (of: string) => presets.filter((preset) => preset.name !== of);
  const current = presets.find((preset) => preset.name === chosen);
  const text = words.asking;
  return (
    <div className="flex flex-wrap items-end gap-2">
      {presets.length > 0 && (
        <>
          <Select
            label={text.presets}
            placeholder={text.presetChoose}
            value={current?.name ?? null}
            onChange={(next) => {
              setChosen(next);
              const preset = presets.find((each) => each.name === next);
              if (preset !== undefined) onUse(preset.parameters);
            }}
            options={presets.map((preset) => ({ value: preset.name, label: preset.name }))}
          />
          {current !== undefined && (
            <IconButton
              label={text.presetRemove(current.name)}
              icon={<Trash2 aria-hidden className="size-icon" />}
              onClick={() => keep.run(others(current.name))}
            />
          )}
        </>
      )}
      <div className="min-w-40 flex-1">
        <Field label={text.presetName}>
          <FieldInput maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        </Field>
      </div>
      <Button
        disabled={name.trim() === '' || parameters === null || presets.length >= 50}
        isBusy={keep.isRunning}
        onClick={() => {
          if (parameters === null) return;
          keep.run([...others(name.trim()), { name: name.trim(), parameters }]);
          setChosen(name.trim());
          setName('');
        }}
      >
        {text.presetSave}
      </Button>
    </div>
  );
}
