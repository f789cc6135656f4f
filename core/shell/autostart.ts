import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Linux has no call for it: desktops start what lies in this folder (the XDG autostart specification). */
export function setLinuxAutostart(
  { home, env }: { home: string; env: Readonly<Record<string, string | undefined>> },
  isOn: boolean,
  command: readonly string[],
): void {
  const config = env['XDG_CONFIG_HOME'];
  const folder = join(config !== undefined && config.startsWith('/') ? config : join(home, '.config'), 'autostart');
  const file = join(folder, 'nimdeck.desktop');
  if (!isOn) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  const lines = ['[Desktop Entry]', 'Type=Application', 'Name=Nimdeck', `Exec=${command.map(quote).join(' ')}`];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** The desktop entry specification's own quoting: inside of double quotes these four are escaped, and a percent sign is doubled. */
function quote(word: string): string {
  const escaped = word
    .replaceAll(/["`$\\]/g, String.raw`\$&`)
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}
