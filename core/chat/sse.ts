import { createParser } from 'eventsource-parser';
import { AppError } from '../../shared/errors.ts';

/** A chunk of a chat answer is a few hundred bytes; what grows beyond this is no event stream. */
const maxBufferSize = 4 * 1024 * 1024;

/**
 * The `data` of server-sent events, a batch for each chunk of bytes. Chunks cut events and characters anywhere. A last
 * event without the blank line behind it counts when it is whole.
 * @param onText hears the text as it came
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  onText?: (text: string) => void,
): AsyncGenerator<string[], void, undefined> {
  const decoder = new TextDecoder();
  let batch: string[] = [];
  let isOverflowing = false;
  const parser = createParser({
    maxBufferSize,
    onEvent: ({ data }) => batch.push(data),
    // Unknown fields are ignored, as the standard wants.
    onError: ({ type }) => {
      isOverflowing ||= type === 'max-buffer-size-exceeded';
    },
  });
  const feed = (text: string): string[] => {
    batch = [];
    parser.feed(text);
    if (isOverflowing) throw new AppError('REPLY_UNREADABLE', 'An event of the answer is larger than 4 MB.');
    return batch;
  };

  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    onText?.(text);
    const events = feed(text);
    if (events.length > 0) yield events;
  }
  const last = feed(`${decoder.decode()}\n\n`).filter(isWhole);
  if (last.length > 0) yield last;
}

function isWhole(data: string): boolean {
  if (data === '[DONE]') return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    // Cut off in mid-event: the stream broke, and the one who reads sees that there was no end.
    return false;
  }
}
