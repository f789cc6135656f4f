import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellItem } from '../core/shell/shell-items.ts';
import { type ItemActions, toMenu } from './tray.ts';

const isMac = process.platform === 'darwin';

/** The application's menu; its labels beside `pages` are the system's own, by role. */
export function setMenu(pages: readonly ShellItem[], actions: ItemActions): void {
  const zoom: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    // The same without Shift, as browsers have it: on most keyboards plus is the upper sign of the equals key.
    { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false, acceleratorWorksWhenHidden: true },
    { role: 'zoomOut' },
  ];
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu', submenu: [{ role: 'close' }, ...(isMac ? [] : [{ role: 'quit' } as const])] },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        ...toMenu(pages, actions),
        { type: 'separator' },
        { role: 'reload' },
        // SECURITY: a packaged app has no tools that anyone could be talked into pasting something into.
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { type: 'separator' },
        ...zoom,
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
