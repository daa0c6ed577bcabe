// Sides that take turns, so that a machine whose speed drifts slows all of them.

/** How often each side's turn comes; the figures are medians over the turns. */
const TURNS = 41;

/**
 * What one call of each side takes in microseconds, by the side's name. A side is `{ calls, prepare, turn }`:
 * `turn(calls)` makes that many calls, and what they need is made by `prepare(calls)`, if there is one,
 * outside of the time.
 */
export async function takeTurns(sides) {
  const measured = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const [name, side] of Object.entries(sides)) {
      const taken = await time(side);
      // The first turn is to warm up.
      if (turn > 0) measured[name].push(taken);
    }
  }
  return Object.fromEntries(Object.entries(measured).map(([name, turns]) => [name, summary(turns)]));
}

async function time({ calls, prepare, turn }) {
  await prepare?.(calls);
  const start = performance.now();
  await turn(calls);
  return ((performance.now() - start) * 1000) / calls;
}

/** The median, the least, and what 99 of 100 are not above. */
export function summary(measured) {
  const sorted = measured.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], least: sorted[0], p99: sorted[Math.ceil(sorted.length * 0.99) - 1] };
}
