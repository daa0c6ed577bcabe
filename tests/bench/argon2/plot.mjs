// What was measured, as bars in SVG: a panel for each group, in it a bar for each side and setting.

const WIDTH = 820;
const MARGIN = 24;
/** Where bars begin, and how much room their figures have on their right. */
const [BARS, FIGURES] = [220, 90];
const [BAR, BETWEEN_BARS, BETWEEN_SIDES, TITLE] = [12, 2, 8, 34];
const OURS = ["#0b5cad", "#6fa8dc"];
const OTHERS = ["#5f6368", "#b0b4b9"];
const TEXT = "#1f2328";

/** `measured` has for each group its title, sides and timings by setting. */
export function plot(measured, settings, machine) {
  const parts = [];
  let y = MARGIN + 14;
  parts.push(text(MARGIN, y, "Argon2id, one hash: median milliseconds (and how many times ours)", 16, "bold"));
  y += 20;
  parts.push(text(MARGIN, y, machine, 11));
  y += 12;
  settings.forEach(({ memoryKib, passes }, n) => {
    const x = MARGIN + n * 200;
    parts.push(rect(x, y, BAR, BAR, OTHERS[n]), text(x + 20, y + 10, `m=${memoryKib}, t=${passes}, p=1`, 12));
  });
  y += BAR;
  for (const group of measured) {
    const drawn = panel(group, y);
    parts.push(...drawn.parts);
    y = drawn.y;
  }
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`,
    `  font-family="system-ui, sans-serif" role="img" aria-label="Argon2id, median milliseconds of one hash">`,
    rect(0, 0, WIDTH, height, "#ffffff"),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function panel({ title, sides, timings }, top) {
  const parts = [text(MARGIN, top + TITLE - 8, title, 14, "bold")];
  const longest = Math.max(...timings.flat().map(({ median }) => median));
  const scale = (WIDTH - BARS - FIGURES) / longest;
  let y = top + TITLE;
  sides.forEach(({ name }, place) => {
    const both = timings.length * (BAR + BETWEEN_BARS);
    parts.push(text(BARS - 8, y + both / 2 + 3, name, 12, place === 0 ? "bold" : "normal", "end"));
    timings.forEach((timing, n) => {
      const { median } = timing[place];
      const [first] = timing;
      const width = Math.max(1, median * scale);
      const ratio = place === 0 ? "" : ` (${(median / first.median).toFixed(2)}×)`;
      parts.push(rect(BARS, y, width, BAR, (place === 0 ? OURS : OTHERS)[n]));
      parts.push(text(BARS + width + 5, y + BAR - 2, `${median.toFixed(1)}${ratio}`, 11));
      y += BAR + BETWEEN_BARS;
    });
    y += BETWEEN_SIDES;
  });
  return { parts, y };
}

function rect(x, y, width, height, fill) {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

function text(x, y, content, size, weight = "normal", anchor = "start") {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const place = `x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="${size}" font-weight="${weight}" fill="${TEXT}">${escaped}</text>`;
}
