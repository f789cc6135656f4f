/** `INFO:     127.0.0.1:43210 - "GET /v1/health/ready HTTP/1.1" 200 OK`, nginx's access lines and nimlib's: all quote the request. */
const poll = /"GET (?:\/v1)?\/(?:health(?:\/(?:live|ready))?|metrics)(?:\?[^ "]*)? HTTP\//;

/** Longer lines hold more than a request. */
const longest = 400;

/** Whether a line only says that somebody asked how the NIM is; Nimdeck itself asks every few seconds. */
export function isPollLine(text: string): boolean {
  // Nearly every line of a flood fails here already.
  return text.length <= longest && text.includes('"GET /') && poll.test(text);
}
