import type { ServerResponse } from 'node:http';

export function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
  response.end(bytes);
}

const errors = (code: string, message: string, more: object = {}) => ({ errors: [{ code, message, ...more }] });

/** Without a detail, Docker's client leaves out a message that is its own for the code: `unauthorized` is all it prints. */
export const unauthorized = errors('UNAUTHORIZED', 'authentication required', { detail: {} });

/**
 * Docker's client prefers `details` to the list of errors, and so comes to print
 * `denied: {"errors": [{"code": "DENIED", "message": "Access Denied"}]}` as it does for pulls from nvcr.io.
 */
const withDetails = (code: string, message: string) => ({
  ...errors(code, message),
  details: `{"errors": [{"code": "${code}", "message": "${message}"}]}`,
});

export const denied = withDetails('DENIED', 'Access Denied');
export const paymentRequired = withDetails('PAYMENT_REQUIRED', 'Payment Required');
export const termsNotAccepted = errors('DENIED', 'Please accept license on the browser to be able to download');
export const unsupported = errors('UNSUPPORTED', 'The operation is unsupported.');

/** What a proxy on the way puts in the place of the answer. */
export function sendHtmlPage(response: ServerResponse, status: number): void {
  const page = `<!DOCTYPE html>
<html lang="en">
<head><title>Access to this site is restricted</title></head>
<body><h1>Web gateway</h1><p>This address is not allowed by the policy of your network.</p></body>
</html>
`;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(page) });
  response.end(page);
}
