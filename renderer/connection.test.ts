import { beforeEach, describe, expect, test } from 'vitest';
import { connectToShell, onReconnect, whenConnected } from './connection.ts';
import type { Bridge } from '../shared/rpc/bridge.ts';
import { createFakeApi } from './testing/fake-api.ts';
import { createFakeConnection } from './testing/fake-connection.ts';
import { takeToken } from './token.ts';

describe('takeToken', () => {
  beforeEach(() => {
    sessionStorage.clear();
    window.location.hash = '';
  });

  test('moves the token from the address to the storage of the tab', () => {
    window.location.hash = '#token=abc-DEF_123';
    expect(takeToken(window)).toBe('abc-DEF_123');
    expect(window.location.hash).toBe('');
    expect(takeToken(window)).toBe('abc-DEF_123');
  });

  test('a newer address replaces an older token', () => {
    window.location.hash = '#token=old';
    takeToken(window);
    window.location.hash = '#token=new';
    expect(takeToken(window)).toBe('new');
  });

  test('without one it leaves the address alone', () => {
    window.location.hash = '#/running';
    expect(takeToken(window)).toBeNull();
    expect(window.location.hash).toBe('#/running');
  });
});

test('connectToShell takes the bridge of a window, and says which core it wants', async () => {
  const sent: string[] = [];
  const bridge: Bridge = {
    connect(onText) {
      return {
        send(text) {
          sent.push(text);
          onText('{"t":"welcome","shell":"desktop"}');
        },
        close() {},
      };
    },
  };
  window.history.replaceState(null, '', '?practice');
  const connection = connectToShell(Object.assign(Object.create(window) as Window, { nimdeckBridge: bridge }));
  await whenConnected(connection, new AbortController().signal);
  expect([connection.shell, connection.core]).toEqual(['desktop', 'practice']);
  expect(JSON.parse(sent[0] ?? '')).toMatchObject({ t: 'login', core: 'practice' });
  sessionStorage.clear();
});

test('whenConnected waits for the connection and obeys its signal', async () => {
  const connection = createFakeConnection(createFakeApi().api, { status: 'connecting' });
  let isThere = false;
  const waiting = whenConnected(connection, new AbortController().signal).then(() => (isThere = true));
  connection.setState({ status: 'waiting', nextTryAt: 0 });
  await Promise.resolve();
  expect(isThere).toBe(false);
  connection.setState({ status: 'connected' });
  await waiting;

  connection.setState({ status: 'connecting' });
  const abort = new AbortController();
  const given = whenConnected(connection, abort.signal);
  abort.abort(new Error('left'));
  await expect(given).rejects.toThrow('left');
});

test('onReconnect tells of every connection but the first', () => {
  const connection = createFakeConnection(createFakeApi().api, { status: 'connecting' });
  let times = 0;
  const stop = onReconnect(connection, () => (times += 1));
  connection.setState({ status: 'connected' });
  expect(times).toBe(0);
  connection.setState({ status: 'waiting', nextTryAt: 0 });
  connection.setState({ status: 'connecting' });
  connection.setState({ status: 'connected' });
  expect(times).toBe(1);
  stop();
  connection.setState({ status: 'connecting' });
  connection.setState({ status: 'connected' });
  expect(times).toBe(1);
});
