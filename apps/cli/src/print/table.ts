import { shorten } from '../safe-text.ts';
import { textWidth } from '../text-width.ts';

/**
 * Rows as aligned columns, two spaces between them. Cells must be safe lines already. The last column takes the rest
 * of the width, where there is one, and is shortened to it.
 */
export function table(head: string[], rows: string[][], width?: number): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => textWidth(row[column] ?? ''))));
  return all.map((row) => tableLine(row, widths, width));
}

function tableLine(row: string[], widths: number[], width: number | undefined): string {
  const last = row.length - 1;
  const before = row
    .slice(0, last)
    .map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - textWidth(cell) + 2)}`)
    .join('');
  const cell = row[last] ?? '';
  const room = width === undefined ? undefined : Math.max(8, width - textWidth(before) - 1);
  return `${before}${room === undefined ? cell : shorten(cell, room)}`.trimEnd();
}
