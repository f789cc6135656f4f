import type * as Electron from 'electron';
import { Emitter } from './emitter.ts';
import { hear, record, say } from './link.ts';
import type { MenuEntry } from './protocol.ts';

type Template = Electron.MenuItemConstructorOptions[];

export class Menu {
  readonly template: Template;

  constructor(template: Template) {
    this.template = template;
  }

  static buildFromTemplate(template: Template): Menu {
    return new Menu(template);
  }

  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
    record('Menu.setApplicationMenu', describe(menu?.template ?? []));
  }
}

let applicationMenu: Menu | null = null;
let trayMenu: Menu | null = null;

function describe(template: Template): MenuEntry[] {
  return template.map((item) => ({
    label: item.label ?? '',
    role: item.role ?? null,
    accelerator: item.accelerator ?? null,
    isEnabled: item.enabled !== false,
    isSeparator: item.type === 'separator',
    submenu: Array.isArray(item.submenu) ? describe(item.submenu) : [],
  }));
}

export class Tray extends Emitter {
  constructor(_image: Electron.NativeImage) {
    super();
    record('new Tray');
  }
  setToolTip(tooltip: string): void {
    record('tray.setToolTip', tooltip);
  }
  setContextMenu(menu: Menu | null): void {
    trayMenu = menu;
    record('tray.setContextMenu', describe(menu?.template ?? []));
  }
  destroy(): void {
    trayMenu = null;
    record('tray.destroy');
  }
}

function find(template: Template, label: string): Electron.MenuItemConstructorOptions | undefined {
  for (const item of template) {
    if (item.label === label) return item;
    const inner = Array.isArray(item.submenu) ? find(item.submenu, label) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

hear((message) => {
  if (message.t !== 'click') return;
  const item = find((message.menu === 'tray' ? trayMenu : applicationMenu)?.template ?? [], message.label);
  const isClickable = item?.click !== undefined && item.enabled !== false;
  if (isClickable) item.click?.({} as Electron.MenuItem, undefined, {});
  say({ t: 'answer', id: message.id, value: isClickable });
});

const notifications: Notification[] = [];

export class Notification extends Emitter {
  static isSupported = () => true;
  readonly #options: Electron.NotificationConstructorOptions;

  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.#options = options;
  }
  show(): void {
    notifications.push(this);
    record('notification.show', this.#options);
  }
}

hear((message) => {
  if (message.t !== 'emit' || !message.target.startsWith('notification:')) return;
  notifications[Number(message.target.split(':')[1])]?.raise(message.event, {});
  say({ t: 'answer', id: message.id, value: null });
});
