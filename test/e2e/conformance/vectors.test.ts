import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonStatusSchema } from '@proj/protocol/validators';
import { expect } from 'vitest';
import { repository, test } from '../support/scene.ts';

interface Line {
  name: string;
  line?: string;
  line_base64?: string;
  parts?: { text: string; times?: number }[];
}

interface RequestVector extends Line {
  socket: 'runtime' | 'control';
  outcome: { ok: true } | { id: string | null; code: string; issue_path?: string; details?: object };
}

interface TextVector extends Line {
  reply: { equals: string } | { starts_with: string } | { definition: 'DaemonStatus' };
}

interface StreamVector extends Line {
  frame_bytes: number;
  error?: string;
}

const requests = [...read<RequestVector>('lines.json'), ...read<RequestVector>('requests.json')];

test.for(['runtime', 'control'] as const)(
  'the daemon refuses on %s what the vectors say',
  async (socket, { scene }) => {
    const daemon = await scene.daemon();
    const wire = await scene.connect(daemon[socket]);
    const wrong: unknown[] = [];
    const refused = requests.filter((vector) => vector.socket === socket && 'code' in vector.outcome);
    for (const vector of refused) {
      wire.socket.write(Buffer.concat([bytesOf(vector), Buffer.from('\n')]));
      const reply = await wire.nextLine();
      if (!isRefusal(reply, vector)) wrong.push({ name: vector.name, reply });
    }
    expect(wrong).toEqual([]);
    expect(refused.length).toBeGreaterThan(100);
  },
);

test('the daemon answers text commands as the vectors say', async ({ scene }) => {
  const daemon = await scene.daemon();
  for (const { name, line, reply } of read<TextVector>('text-commands.json')) {
    const wire = await scene.connect(daemon.control);
    wire.write(`${line}\n`);
    await wire.closed;
    expect({ name, lines: wire.lines.map((each) => (isReply(each, reply) ? reply : each)) }).toEqual({
      name,
      lines: [reply],
    });
  }
});

test('the daemon cuts streams as the vectors say', async ({ scene }) => {
  const daemon = await scene.daemon();
  for (const vector of read<StreamVector>('streams.json').filter(({ frame_bytes }) => frame_bytes === 1_048_576)) {
    const wire = await scene.connect(daemon.runtime);
    wire.socket.write(bytesOf(vector));
    const code = vector.error ?? 'malformed_json';
    expect(JSON.parse(await wire.nextLine())).toMatchObject({ v: 1, id: null, ok: false, error: { code } });
    if (vector.error !== undefined) await wire.closed;
  }
});

function isRefusal(line: string, { outcome }: RequestVector): boolean {
  if (!('code' in outcome)) return false;
  const { id, error } = JSON.parse(line);
  const { issue_path: path, details = {} } = outcome;
  const issues: { path: string }[] = error?.details?.issues ?? [];
  const hasDetails = Object.entries(details).every(([key, value]) => {
    return JSON.stringify(error?.details?.[key]) === JSON.stringify(value);
  });
  const hasPath = path === undefined || issues.some((issue) => issue.path === path);
  return id === outcome.id && error?.code === outcome.code && hasDetails && hasPath;
}

function isReply(line: string, reply: TextVector['reply']): boolean {
  if ('equals' in reply) return line === reply.equals;
  if ('starts_with' in reply) return line.startsWith(reply.starts_with);
  return DaemonStatusSchema.safeParse(JSON.parse(line)).success;
}

function bytesOf({ line, line_base64, parts = [] }: Line): Buffer {
  if (line_base64 !== undefined) return Buffer.from(line_base64, 'base64');
  return Buffer.from(line ?? parts.map(({ text, times = 1 }) => text.repeat(times)).join(''));
}

function read<V extends Line>(file: string): V[] {
  return JSON.parse(readFileSync(join(repository, 'schemas/vectors', file), 'utf8'));
}
