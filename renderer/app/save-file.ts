/** Hands a text, in pieces where it may be long, to the browser as a file, which asks where to or puts it where downloads go. */
export function saveFile(name: string, text: string | readonly string[], type = 'text/plain'): void {
  const address = URL.createObjectURL(
    new Blob(typeof text === 'string' ? [text] : [...text], { type: `${type};charset=utf-8` }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has taken it over by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
