import { cancelled } from '../../shared/errors.ts';

/** The first item of a stream, which is then left; CANCELLED where it ends before it has one. */
export async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const value of stream) return value;
  throw cancelled();
}
