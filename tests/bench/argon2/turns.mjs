// Sides that take turns, so that a machine whose speed drifts slows all of them.

/** How often each side's turn comes; the figures are medians over the turns. */
const TURNS = 31;
/** Turns before those: the runtimes compile what is called often in another form, and so do it again. */
const WARM_UP_TURNS = 5;

/**
 * The median and the least milliseconds of each side, in the order of the sides. `hash(side)` makes a hash
 * and answers with its milliseconds and its tag, which must be the same for all.
 */
export async function takeTurns(sides, hash) {
  const measured = new Map(sides.map((side) => [side, []]));
  let expected;
  for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn += 1) {
    // Each time another one begins, so that nobody always comes after the same.
    const first = turn % sides.length;
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
      const { milliseconds, tag } = await hash(side);
      expected ??= { name: side.name, tag };
      if (tag !== expected.tag) {
        throw new Error(`${side.name} makes the tag ${tag}, ${expected.name} ${expected.tag}`);
      }
      if (turn >= WARM_UP_TURNS) measured.get(side).push(milliseconds);
    }
  }
  return [...measured.values()].map(summary);
}

function summary(measured) {
  const sorted = measured.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], least: sorted[0] };
}
