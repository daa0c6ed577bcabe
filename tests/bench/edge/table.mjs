// What is measured, as Markdown.

/** A section: its title, a table, of which the first row is the head, and what must be known of it. */
export function section(title, rows, ...paragraphs) {
  const [head, ...others] = rows.map((cells) => `| ${cells.join(" | ")} |`);
  const rule = `| --- |${" ---: |".repeat(rows[0].length - 1)}`;
  const table = [head, rule, ...others].join("\n");
  return `${[`## ${title}`, table, ...paragraphs].join("\n\n")}\n`;
}

/** A row of a side's times in microseconds. */
export function timing(name, { median, least }) {
  return [name, median.toFixed(1), least.toFixed(1), Math.round(1e6 / median)];
}
