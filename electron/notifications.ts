import { Notification } from 'electron';
import type { ShellNotice } from '../core/shell/notices.ts';

/** Held until they are gone: what nobody holds is collected, and a click on it does nothing. */
const shown = new Set<Notification>();
const most = 20;

export function notify({ title, body, route }: ShellNotice, go: (route: string) => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', () => {
    shown.delete(notification);
    go(route);
  });
  notification.on('close', () => shown.delete(notification));
  shown.add(notification);
  for (const oldest of shown) {
    if (shown.size <= most) break;
    shown.delete(oldest);
  }
  notification.show();
}
