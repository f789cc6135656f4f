import { hashKey, skipToken, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { useConnection } from '../api.tsx';
import type { Connection } from '../connection.ts';
import type { StreamSource } from '../query.ts';
import { readStream } from './read-stream.ts';

export interface StreamView<T> {
  /** The newest item; undefined until the first has come. */
  data: T | undefined;
  /** Why nothing new comes; `data` then is the last that was seen. */
  failure: AppError | null;
}

interface OpenStream {
  readers: number;
  stop(): void;
}

const openStreams = new WeakMap<QueryClient, Map<string, OpenStream>>();

const failureKey = (key: readonly string[]) => ['failure', ...key];

function join<T>(client: QueryClient, connection: Connection, source: StreamSource<T>): () => void {
  const streams = openStreams.get(client) ?? new Map<string, OpenStream>();
  openStreams.set(client, streams);
  const hash = hashKey(source.key);
  let stream = streams.get(hash);
  if (stream === undefined) {
    const abort = new AbortController();
    stream = { readers: 0, stop: () => abort.abort() };
    streams.set(hash, stream);
    // The reader before may have ended with one, and this one knows of none yet.
    client.setQueryData<AppError | null>(failureKey(source.key), null);
    void readStream<T>({
      connection,
      open: (signal) => source.open(connection.api, signal),
      onItem: (item) => client.setQueryData<T>(source.key, item),
      onFailure: (failure) => client.setQueryData<AppError | null>(failureKey(source.key), failure),
      signal: abort.signal,
      everyMs: source.everyMs ?? 0,
      isLook: source.isLook ?? false,
    });
  }
  const joined = stream;
  joined.readers += 1;
  return () => {
    joined.readers -= 1;
    if (joined.readers > 0) return;
    joined.stop();
    streams.delete(hash);
  };
}

/**
 * What core keeps, as it changes: written into the Query cache, at most once a frame, by one reader for however many
 * components ask. The last one to unmount ends it; mounting twice (StrictMode) is harmless.
 * @param source the same object from render to render; null: nothing to watch yet
 * @param select what of an item is shown, the same function from render to render: only a change of that draws anew
 */
export function useStream<T>(source: StreamSource<T> | null): StreamView<T>;
export function useStream<T, Part>(source: StreamSource<T> | null, select: (item: T) => Part): StreamView<Part>;
export function useStream<T, Part>(source: StreamSource<T> | null, select?: (item: T) => Part): StreamView<T | Part> {
  const client = useQueryClient();
  const connection = useConnection();
  const key = source?.key ?? ['nothing'];

  useEffect(() => (source === null ? undefined : join(client, connection, source)), [client, connection, source]);

  const { data } = useQuery<T, Error, T | Part>({
    queryKey: key,
    queryFn: skipToken,
    staleTime: Infinity,
    ...(select === undefined ? {} : { select }),
  });
  const failure = useQuery<AppError | null>({ queryKey: failureKey(key), queryFn: skipToken, staleTime: Infinity });
  return { data, failure: failure.data ?? null };
}
