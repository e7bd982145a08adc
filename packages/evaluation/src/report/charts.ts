import { escapeHtml } from '@hengjian/documents';
import type { Position } from '../funnel.ts';

const width = 920;

/** A picture for people who see, named for those who do not; the table below it says the same in words. */
function picture(title: string, height: number, parts: readonly string[]): string {
  const name = escapeHtml(title);
  return `<svg role="img" viewBox="0 0 ${width} ${height}" aria-label="${name}"><title>${name}</title>${parts.join('')}</svg>`;
}

export interface ValueBar {
  readonly label: string;
  readonly value: number;
  /** What stands at the end of the bar. */
  readonly shown: string;
}

/** Horizontal bars of one value each. */
export function valueBars(title: string, data: readonly ValueBar[]): string {
  if (data.length === 0) return '';
  const left = 250;
  const largest = Math.max(1, ...data.map(({ value }) => Math.abs(value)));
  const parts = data.flatMap(({ label, value, shown }, index) => {
    const top = index * 26 + 4;
    const base = top + 14;
    const length = Math.round((Math.abs(value) / largest) * (width - left - 160));
    const name = label.length > 17 ? `${label.slice(0, 16)}…` : label;
    return [
      `<text x="${left - 8}" y="${base}" text-anchor="end">${escapeHtml(name)}</text>`,
      `<rect class="${value < 0 ? 'v' : 's'}" x="${left}" y="${top}" width="${length}" height="18"/>`,
      `<text x="${left + length + 6}" y="${base}">${escapeHtml(shown)}</text>`,
    ];
  });
  return picture(title, data.length * 26 + 8, parts);
}

export interface FunnelPoint {
  readonly label: string;
  readonly cases: number;
  /** Ten-thousandths. */
  readonly value: number;
  readonly position: Position;
}

const top = 20;
const bottom = 340;
const leftEdge = 70;
const rightEdge = width - 20;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Width of a text at 12 px: Chinese signs are square, others about half as wide. */
const textWidth = (text: string): number => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 12 : 7), 0);
const overlaps = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
/** Places of a label above and below its point, the nearest first. */
const labelShifts = [4, -10, 18, -24, 32, -38, 46] as const;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Labels beside their points, inside the picture; moved to the other side, up or down where a point or another label stands. */
function placeLabels(points: readonly Spot[], named: readonly (Spot & { readonly label: string })[]): string[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  return named.map(({ label, x, y }) => {
    const width = textWidth(label);
    const places = labelShifts.flatMap((shift) =>
      [false, true].map((flipped) => {
        const left = flipped ? x - 8 - width : x + 8;
        return { flipped, base: y + shift, box: { left, right: left + width, top: y + shift - 11, bottom: y + shift + 3 } };
      }),
    );
    const inside = places.filter(({ box }) => box.left > leftEdge && box.right < rightEdge && box.top > 0 && box.bottom < bottom);
    const place = inside.find(({ box }) => taken.every((other) => !overlaps(box, other))) ?? inside[0] ?? places[0];
    if (place === undefined) return '';
    taken.push(place.box);
    const at = `x="${(place.flipped ? x - 8 : x + 8).toFixed(1)}" y="${place.base.toFixed(1)}"`;
    return `<text ${at}${place.flipped ? ' text-anchor="end"' : ''}>${escapeHtml(label)}</text>`;
  });
}

/** A text of a picture in both languages; the switch of the page shows one. */
const inBoth = (place: string, [zh, en]: readonly [string, string]): string =>
  `<text ${place} lang="zh">${escapeHtml(zh)}</text><text ${place} lang="en">${escapeHtml(en)}</text>`;

/**
 * Funnel plot of means of ratios around 1: stays across, ratio up, limits 1 ± z s ÷ √n drawn as lines. `deviation` in
 * ten-thousandths. Points outside the alarm limits are filled and named.
 */
export function funnelPlot(
  title: string,
  points: readonly FunnelPoint[],
  deviation: number,
  axes: { readonly across: readonly [string, string]; readonly up: readonly [string, string] },
): string {
  if (points.length === 0) return '';
  const most = Math.max(...points.map(({ cases }) => cases)) * 1.05;
  const spread = Math.max(1000, ...points.map(({ value }) => Math.abs(value - 10_000))) * 1.15;
  const x = (cases: number): string => (leftEdge + (cases / most) * (rightEdge - leftEdge)).toFixed(1);
  const y = (value: number): string => (top + ((10_000 + spread - value) / (2 * spread)) * (bottom - top)).toFixed(1);
  const inside = (value: number): number => Math.min(10_000 + spread, Math.max(10_000 - spread, value));
  const line = (errors: number, dash: string): string => {
    const steps = Array.from({ length: 60 }, (_, index) => Math.max(1, (most * (index + 1)) / 60));
    const path = steps
      .map((cases, index) => `${index === 0 ? 'M' : 'L'}${x(cases)} ${y(inside(10_000 + (errors * deviation) / Math.sqrt(cases)))}`)
      .join('');
    return `<path d="${path}" fill="none" stroke="#5c6b7a" stroke-dasharray="${dash}"/>`;
  };
  const ticks = [-1, -0.5, 0, 0.5, 1].map((step) => {
    const value = 10_000 + step * spread;
    return `<text x="${leftEdge - 8}" y="${y(value)}" text-anchor="end">${(value / 10_000).toFixed(2)}</text>`;
  });
  const across = [0, 0.25, 0.5, 0.75, 1].map(
    (step) => `<text x="${x(step * most)}" y="${bottom + 18}" text-anchor="middle">${Math.round(step * most)}</text>`,
  );
  const isAlarm = (position: Position): boolean => position === 'very_low' || position === 'very_high';
  const colour = (position: Position): string =>
    isAlarm(position) ? ' class="v"' : position === 'inside' ? ' fill="#1d2733"' : ' class="s"';
  const dots = points.map(({ cases, value, position }) => `<circle cx="${x(cases)}" cy="${y(value)}" r="4"${colour(position)}/>`);
  const named = points
    .filter(({ position }) => isAlarm(position))
    .map(({ label, cases, value }) => ({ label, x: Number(x(cases)), y: Number(y(value)) }))
    .sort((left, right) => left.y - right.y || left.x - right.x);
  return picture(title, 384, [
    `<path d="M${leftEdge} ${top}V${bottom}H${rightEdge}" fill="none" stroke="#1d2733"/>`,
    `<path d="M${leftEdge} ${y(10_000)}H${rightEdge}" fill="none" stroke="#1d2733" stroke-width="0.7"/>`,
    ...[1.96, -1.96].map((errors) => line(errors, '4 4')),
    ...[3.09, -3.09].map((errors) => line(errors, '')),
    ...ticks,
    ...across,
    ...dots,
    ...placeLabels(
      points.map(({ cases, value }) => ({ x: Number(x(cases)), y: Number(y(value)) })),
      named,
    ),
    inBoth(`x="${rightEdge}" y="${bottom + 38}" text-anchor="end"`, axes.across),
    inBoth(`x="${leftEdge + 8}" y="${top - 6}"`, axes.up),
  ]);
}
