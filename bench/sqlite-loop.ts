import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';

/** Events a second of a bare loop that commits `batch` inserts at a time, synced. */
export function insertsPerSecond(path: string, total: number, batch: number): number {
  const db = new DatabaseSync(path);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (seq INTEGER PRIMARY KEY, line TEXT)',
  );
  const insert = db.prepare('INSERT INTO events (line) VALUES (?)');
  const line = JSON.stringify({ v: 1, at: new Date().toISOString(), type: 'session.event', payload: 'x'.repeat(200) });
  const start = performance.now();
  for (let done = 0; done < total; done += batch) {
    db.exec('BEGIN');
    for (let i = 0; i < batch; i++) insert.run(line);
    db.exec('COMMIT');
  }
  const rate = (total / (performance.now() - start)) * 1000;
  db.close();
  return rate;
}
