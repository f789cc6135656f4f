import type { IncomingMessage, ServerResponse } from 'node:http';
import { loadBuiltPages, pageHeaders } from '../core/host/built-pages.ts';

export type ServePage = (request: IncomingMessage, response: ServerResponse) => void;

/** SECURITY: beside its own files the one connection of a page is the socket of this very address. */
export function securityHeaders(host: string): Record<string, string> {
  return pageHeaders([`ws://${host}`]);
}

/** @param folder default: the built pages */
export function loadPages(folder?: string): ServePage {
  const pages = loadBuiltPages(folder);
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split(/[?#]/, 1);
    const page = pages.get(path);
    if (page === undefined) return refuse(response, 404, 'There is nothing here.');
    for (const [name, value] of Object.entries(page.headers)) response.setHeader(name, value);
    if (request.headers['if-none-match'] === page.etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'Content-Length': page.body.length });
    response.end(request.method === 'HEAD' ? undefined : page.body);
  };
}

export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
