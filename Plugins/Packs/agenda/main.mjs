// The agenda of a visit as a page, in JavaScript for Node.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "./sojourn-plugin.mjs";

const folder = process.env.SOJOURN_DATA;
const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => signs[sign]);

function page(title, days) {
  const lists = [...days].map(
    ([day, texts]) => `<h2>${escaped(day)}</h2>\n<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul>`,
  );
  return `<!doctype html>\n<meta charset="utf-8">\n<title>${escaped(title)}</title>\n<h1>${escaped(title)}</h1>\n${lists.join("\n")}\n`;
}

async function write({ key, input, dry_run: isDryRun }) {
  const days = new Map();
  for (const { day, text } of input.sessions ?? []) days.set(day, [...(days.get(day) ?? []), text]);
  const sorted = new Map([...days].sort(([one], [other]) => (one < other ? -1 : 1)));
  const path = `agenda-${key.replace(/[^A-Za-z0-9]/g, "").slice(0, 64)}.html`;
  if (!isDryRun) {
    // Put in place whole: the same key writes the same page again.
    await writeFile(join(folder, `.part-${path}`), page(input.title, sorted));
    await rename(join(folder, `.part-${path}`), join(folder, path));
  }
  return { path, days: sorted.size };
}

serve({ "agenda.page": write });
