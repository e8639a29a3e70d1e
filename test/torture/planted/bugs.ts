/** A small patch that breaks one promise, and who should notice. */
export interface PlantedBug {
  /** The name of its file in `patches/`, which begins with what it does. */
  name: string;
  /** The promise it breaks, as docs/reliability.md numbers them; M1 to M16 are the bugs that had to be there. */
  breaks: string;
  /** Test files, from the root, or `torture:NAME` for the short form of a scenario. */
  checks: readonly string[];
}

const server = 'packages/server/test';

/** Each must be caught by one of its checks at least, all of which pass without it. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'acknowledge-before-commit',
    breaks: 'M1, R2',
    checks: [`${server}/dispatch/dispatch.test.ts`, `${server}/daemon/durability.test.ts`, 'torture:kill-loop'],
  },
  {
    name: 'synchronous-normal',
    breaks: 'M2, R2',
    checks: [`${server}/journal/database.test.ts`, 'torture:fsync-order'],
  },
  {
    name: 'second-answer-wins',
    breaks: 'M3, R4',
    checks: [`${server}/daemon/answers.test.ts`, `${server}/asks/answer.test.ts`, 'torture:ask-races'],
  },
  {
    name: 'lock-taken-late',
    breaks: 'M4, R12',
    checks: [`${server}/directory/lock.test.ts`, `${server}/daemon/start.test.ts`],
  },
  { name: 'unlink-without-lock', breaks: 'M4, R12, R13', checks: [`${server}/daemon/start.test.ts`] },
  {
    name: 'listen-then-chmod',
    breaks: 'M5, R14',
    checks: [`${server}/daemon/start.test.ts`],
  },
  {
    name: 'event-dropped-at-hand-over',
    breaks: 'M6, R5',
    checks: [`${server}/feed/feed.test.ts`, `${server}/daemon/subscribe.test.ts`, 'torture:resumable-stream'],
  },
  {
    name: 'cursor-off-by-one',
    breaks: 'M7, R5',
    checks: [`${server}/journal/event-log.test.ts`, `${server}/daemon/subscribe.test.ts`, 'torture:resumable-stream'],
  },
  {
    name: 'unbounded-output',
    breaks: 'M8, R6',
    checks: [`${server}/connection/outbox.test.ts`, `${server}/daemon/slow-consumer.test.ts`],
  },
  {
    name: 'slow-reader-kept',
    breaks: 'R6',
    checks: [`${server}/connection/progress.test.ts`, `${server}/daemon/slow-consumer.test.ts`],
  },
  { name: 'quadratic-framing', breaks: 'M9, R10', checks: ['packages/protocol/test/line-buffer.test.ts'] },
  {
    name: 'no-error-listener',
    breaks: 'M10, R8',
    checks: [`${server}/daemon/faults.test.ts`, 'torture:fuzz'],
  },
  {
    name: 'deadline-on-wall-clock',
    breaks: 'M11, R18',
    checks: [`${server}/asks/asks.test.ts`, `${server}/daemon/ask-expiry.test.ts`],
  },
  {
    name: 'expiry-approves',
    breaks: 'M12, S2',
    checks: [`${server}/asks/answer.test.ts`, `${server}/daemon/ask-expiry.test.ts`],
  },
  {
    name: 'default-used-while-paused',
    breaks: 'S2',
    checks: [`${server}/asks/answer.test.ts`, `${server}/daemon/ask-expiry.test.ts`],
  },
  {
    name: 'late-answer-wins',
    breaks: 'M12, S2',
    checks: [`${server}/asks/answer.test.ts`, `${server}/daemon/ask-expiry.test.ts`],
  },
  {
    name: 'door-not-checked',
    breaks: 'M14, S1',
    checks: ['packages/protocol/test/request.test.ts', `${server}/daemon/doors.test.ts`, 'torture:fuzz'],
  },
  {
    name: 'nested-line-answers',
    breaks: 'M14, S1',
    checks: [`${server}/daemon/doors.test.ts`, 'torture:fuzz'],
  },
  { name: 'close-unlinks-foreign-socket', breaks: 'M15, R13', checks: [`${server}/daemon/stop.test.ts`] },
  {
    name: 'raw-text-on-terminal',
    breaks: 'M16, S8',
    checks: ['apps/cli/test/safe-text.test.ts', 'apps/cli/test/print/ask-card.test.ts'],
  },
  { name: 'forged-gutter', breaks: 'M16, S8', checks: ['apps/cli/test/safe-text.test.ts'] },
  {
    name: 'secret-in-event',
    breaks: 'S9',
    checks: [`${server}/asks/ask.test.ts`, `${server}/daemon/secrets.test.ts`],
  },
  { name: 'secret-left-on-disk', breaks: 'S9', checks: [`${server}/journal/sqlite-journal.test.ts`] },
  {
    name: 'retention-makes-hole',
    breaks: 'R5',
    checks: [`${server}/journal/event-log.test.ts`, `${server}/daemon/subscribe.test.ts`],
  },
  { name: 'same-event-twice', breaks: 'R4', checks: [`${server}/sessions/event-ids.test.ts`] },
  {
    name: 'key-stands-for-other-content',
    breaks: 'S2',
    checks: [`${server}/asks/ask-methods.test.ts`, `${server}/daemon/asks.test.ts`],
  },
  {
    name: 'key-twice-last-wins',
    breaks: 'S2',
    checks: ['packages/protocol/test/request.test.ts', `${server}/daemon/envelope.test.ts`],
  },
  {
    name: 'raw-byte-on-the-wire',
    breaks: 'S7',
    checks: ['packages/protocol/test/ascii.test.ts', 'torture:fuzz'],
  },
  { name: 'refused-line-writes', breaks: 'R9', checks: [`${server}/dispatch/dispatch.test.ts`, 'torture:fuzz'] },
  {
    name: 'line-without-reply',
    breaks: 'R9',
    checks: [`${server}/daemon/mutated-lines.test.ts`, `${server}/daemon/envelope.test.ts`, 'torture:fuzz'],
  },
  {
    name: 'failed-commit-acknowledged',
    breaks: 'R3',
    checks: [`${server}/dispatch/turn.test.ts`, `${server}/daemon/busy-journal.test.ts`, 'torture:error-sweep'],
  },
  {
    name: 'asker-answers-itself',
    breaks: 'S3',
    checks: [`${server}/asks/self-answer.test.ts`, `${server}/daemon/answers.test.ts`],
  },
  { name: 'assurance-overstates', breaks: 'S3', checks: [`${server}/assurance.test.ts`] },
];
