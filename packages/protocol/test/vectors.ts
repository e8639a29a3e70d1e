import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode, Socket } from '../src/index.ts';

export const schemasDir: string = join(import.meta.dirname, '../../../schemas');

interface Part {
  text: string;
  times?: number;
}

interface Line {
  name: string;
  line?: string;
  line_base64?: string;
  parts?: Part[];
}

interface Refusal {
  id: string | null;
  code: ErrorCode;
  issue_path?: string;
  details?: Record<string, unknown>;
}

export interface RequestVector extends Line {
  socket: Socket;
  outcome: { ok: true } | Refusal;
}

export interface StreamVector extends Line {
  frame_bytes: number;
  parts: Part[];
  lines: (string | { bytes: number })[];
  error?: 'frame_too_large';
}

export interface ReceivedVector extends Line {
  line: string;
  kind: 'success' | 'error' | 'event' | 'push';
  payload: string | null;
  accept: boolean;
}

export function readVectors<V extends Line>(file: string): V[] {
  return JSON.parse(readFileSync(join(schemasDir, 'vectors', file), 'utf8'));
}

export function requestVectors(): RequestVector[] {
  return [...readVectors<RequestVector>('lines.json'), ...readVectors<RequestVector>('requests.json')];
}

export function bytesOf({ line, line_base64, parts = [] }: Line): Uint8Array {
  if (line_base64 !== undefined) return new Uint8Array(Buffer.from(line_base64, 'base64'));
  return new TextEncoder().encode(line ?? parts.map(({ text, times = 1 }) => text.repeat(times)).join(''));
}
