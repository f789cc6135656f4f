import type { SettingValues } from '../../../shared/contract/settings.ts';
import { useApi, useConnection } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Card } from '../../ui/card.tsx';
import { Switch } from '../../ui/switch.tsx';
import { words } from '../../words.ts';

type DesktopSetting = 'hasTray' | 'closesToTray' | 'hasNotifications' | 'startsAtLogin';
const shown: readonly DesktopSetting[] = ['startsAtLogin', 'hasTray', 'closesToTray', 'hasNotifications'];

/** What only a window of our own can do; in a browser there is nothing to switch. */
export function DesktopCard({ settings }: { settings: SettingValues }) {
  const api = useApi();
  const { shell } = useConnection();
  const update = useAction((change: Partial<Pick<SettingValues, DesktopSetting>>) => api.settings.update(change));
  if (shell !== 'desktop') return null;
  return (
    <Card title={words.settings.desktop}>
      {shown.map((name) => (
        <Switch
          key={name}
          label={words.settings.desktopNames[name]}
          hint={words.settings.desktopHints[name]}
          checked={settings[name]}
          // Without an icon to close to, closing ends the app.
          disabled={name === 'closesToTray' && !settings.hasTray}
          onChange={(isOn) => update.run({ [name]: isOn })}
        />
      ))}
    </Card>
  );
}
