import type { SettingValues } from '../../../shared/contract/settings.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Switch } from '../../ui/switch.tsx';
import { words } from '../../words.ts';

export function KeyboardCard({ settings }: { settings: SettingValues }) {
  const api = useApi();
  const openShortcuts = useDialogs((dialogs) => dialogs.openShortcuts);
  const update = useAction((hasCharacterKeys: boolean) => api.settings.update({ hasCharacterKeys }));
  return (
    <Card title={words.settings.sections.keyboard}>
      <Switch
        label={words.keyboard.characterKeys}
        hint={words.keyboard.characterKeysHint}
        checked={settings.hasCharacterKeys}
        onChange={update.run}
      />
      <div>
        <Button onClick={openShortcuts}>{words.keyboard.show}</Button>
      </div>
    </Card>
  );
}
