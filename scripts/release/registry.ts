import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';

interface Version {
  dist: { tarball: string };
}

interface Published {
  'dist-tags': Record<string, string>;
  versions: Record<string, Version>;
  _attachments?: Record<string, { data: string }>;
}

interface Answer {
  status: number;
  body: string | Buffer;
}

/**
 * An npm registry for one rehearsal: it takes what `npm publish` and `pnpm publish` send, keeps it in a folder and
 * serves it to `npm install`. It listens on 127.0.0.1 alone, on a free port, and passes nothing on to anyone.
 */
export async function startRegistry(dir: string): Promise<{ address: string; close: () => void }> {
  mkdirSync(dir, { recursive: true });
  const server = createServer((request, response) => {
    answer(dir, request).then(
      ({ status, body }) => response.writeHead(status).end(body),
      (error) => response.writeHead(400).end(JSON.stringify({ error: String(error) })),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: addressOf(server), close };
}

function addressOf(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the registry has no port');
  return `http://127.0.0.1:${bound.port}/`;
}

async function answer(dir: string, request: IncomingMessage): Promise<Answer> {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://registry').pathname).slice(1);
  const tarball = /^(?<name>.+)\/-\/(?<file>[^/]+\.tgz)$/.exec(path)?.groups;
  if (request.method === 'PUT') return publish(join(dir, encodeURIComponent(path)), await bodyOf(request));
  if (request.method !== 'GET') return notFound();
  if (tarball !== undefined) return file(join(dir, encodeURIComponent(tarball['name'] ?? ''), tarball['file'] ?? ''));
  return describe(join(dir, encodeURIComponent(path)), `http://${request.headers.host}/${path}/-/`);
}

async function bodyOf(request: IncomingMessage): Promise<Published> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function publish(folder: string, sent: Published): Answer {
  const [tarball] = Object.values(sent._attachments ?? {});
  const [version] = Object.keys(sent.versions);
  if (tarball === undefined || version === undefined) return { status: 400, body: '{"error":"no tarball"}' };
  const known: Published = readPublished(folder) ?? { ...sent, 'dist-tags': {}, versions: {} };
  if (version in known.versions) return { status: 409, body: '{"error":"this version exists"}' };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${version}.tgz`), Buffer.from(tarball.data, 'base64'));
  Object.assign(known.versions, sent.versions);
  Object.assign(known['dist-tags'], sent['dist-tags']);
  delete known._attachments;
  writeFileSync(join(folder, 'package.json'), JSON.stringify(known));
  return { status: 201, body: '{"ok":true}' };
}

function describe(folder: string, tarballs: string): Answer {
  const known = readPublished(folder);
  if (known === undefined) return notFound();
  for (const [version, { dist }] of Object.entries(known.versions)) dist.tarball = `${tarballs}${version}.tgz`;
  return { status: 200, body: JSON.stringify(known) };
}

function readPublished(folder: string): Published | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function file(path: string): Answer {
  return existsSync(path) ? { status: 200, body: readFileSync(path) } : notFound();
}

function notFound(): Answer {
  return { status: 404, body: '{"error":"not_found"}' };
}
