// What was measured, as Markdown.

/** A group's table: a row for each side, and for each setting its times and how ours compares. */
export function table({ title, sides, asked }, settings, timings) {
  const head = settings.flatMap(({ memoryKib, passes }) => [
    `m=${memoryKib}, t=${passes}: median ms`,
    "least ms",
    "by the medians, ours is so many times as fast",
  ]);
  const rows = sides.map(({ name }, place) => {
    const cells = timings.flatMap((timing) => {
      const { median, least } = timing[place];
      return [median.toFixed(1), least.toFixed(1), (median / timing[0].median).toFixed(2)];
    });
    return [name, ...cells, asked[name]?.toFixed(2) ?? ""];
  });
  const lines = [["side", ...head, "asked"], ["---", ...[...head, "asked"].map(() => "---:")], ...rows];
  return [`## ${title}`, "", ...lines.map((cells) => `| ${cells.join(" | ")} |`), ""].join("\n");
}
