import { type MenuItemConstructorOptions, Menu, nativeImage, Tray } from 'electron';
import { shippedPath } from '../core/lib/shipped.ts';
import type { ShellItem, TrayContent } from '../core/shell/shell-items.ts';

export interface ItemActions {
  go: (route: string) => void;
  open: () => void;
  quit: () => void;
}

/** What a menu of the system needs for these items. */
export function toMenu(items: readonly ShellItem[], actions: ItemActions): MenuItemConstructorOptions[] {
  return items.map((item) => {
    // An ampersand marks the key of an item on Windows and Linux; names of models are only names.
    const label = item.kind === 'line' ? '' : item.label.replaceAll('&', '&&');
    switch (item.kind) {
      case 'line':
        return { type: 'separator' };
      case 'text':
        return { label, enabled: false };
      case 'link':
        return { label, click: () => actions.go(item.route) };
      case 'open':
      case 'quit':
        return { label, click: () => actions[item.kind]() };
      default:
        return item satisfies never;
    }
  });
}

export interface TrayHolder {
  show(content: TrayContent): void;
  setPresent(isPresent: boolean): void;
}

export function createTray(actions: ItemActions): TrayHolder {
  let tray: Tray | null = null;
  let content: TrayContent = { tooltip: '', items: [] };
  const draw = () => {
    tray?.setToolTip(content.tooltip);
    tray?.setContextMenu(Menu.buildFromTemplate(toMenu(content.items, actions)));
  };
  return {
    show(next) {
      content = next;
      draw();
    },
    setPresent(isPresent) {
      if (isPresent === (tray !== null)) return;
      if (isPresent) {
        tray = new Tray(trayImage());
        // On Linux and macOS a click opens the menu; on Windows the right button does.
        if (process.platform === 'win32') tray.on('click', actions.open);
        draw();
      } else {
        tray?.destroy();
        tray = null;
      }
    },
  };
}

/** What a bar shows: 24 points on Linux, 16 elsewhere; each also for displays of twice the density. */
const points = process.platform === 'linux' ? 24 : 16;

function trayImage() {
  const file = (pixels: number) => shippedPath(`assets/icons/${pixels}x${pixels}.png`);
  const image = nativeImage.createFromPath(file(points));
  image.addRepresentation({ scaleFactor: 2, buffer: nativeImage.createFromPath(file(2 * points)).toPNG() });
  return image;
}
