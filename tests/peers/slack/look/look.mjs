// Draws payloads of the gallery with slack-blocks-to-jsx: node look.mjs GALLERY/slack OUT NAME...
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createElement as h } from "react";
import { renderToStaticMarkup } from "react-dom/server";

const require = createRequire(import.meta.url);
const { Block, Message } = require("slack-blocks-to-jsx");
const style = readFileSync(join(dirname(require.resolve("slack-blocks-to-jsx")), "style.css"), "utf8");

// Slack reads our own marks in verbatim text too; this renderer shows such text as it is.
const marked = (node) => {
  if (Array.isArray(node)) return node.map(marked);
  if (node === null || typeof node !== "object") return node;
  const { verbatim, ...rest } = node;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, marked(value)]));
};

const [from, out, ...names] = process.argv.slice(2);
if (!from || !out || names.length === 0) {
  console.error("usage: node look.mjs GALLERY/slack OUT NAME...");
  process.exit(2);
}

const nameOf = (id) => {
  const plain = id.replace(/^U0/, "").toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};
const hooks = {
  user: ({ id, user_id }) => h("span", { className: "chip" }, "@" + nameOf(id ?? user_id)),
  channel: ({ id, channel_id }) =>
    h("span", { className: "chip" }, "#" + (id ?? channel_id).replace(/^C0/, "").toLowerCase()),
};
const data = {
  users: [],
  channels: [],
  user_groups: [],
};

const message = (payload, theme) =>
  h(Message, {
    blocks: payload.blocks,
    data,
    hooks,
    time: new Date("2026-03-02T12:10:00Z"),
    name: "EscalationCollab",
    logo: "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#1d5c63"/><path d="M9 24l6-6 4 4 8-10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>'),
    theme,
    unstyled: false,
  });

const modal = (view, theme) =>
  h("section", { className: "modal" }, [
    h("header", { key: "h" }, [h("b", { key: "t" }, view.title.text), h("span", { key: "x" }, "×")]),
    h("div", { key: "b", className: "body" }, h(Message, { blocks: view.blocks, data, hooks, withoutWrapper: true, unstyled: false, theme })),
    h("footer", { key: "f" }, [
      view.close && h("button", { key: "c" }, view.close.text),
      view.submit && h("button", { key: "s", className: "primary" }, view.submit.text),
    ]),
  ]);

const shown = (theme) => names.map((name) => {
  const payload = marked(JSON.parse(readFileSync(join(from, name + ".json"), "utf8")));
  return renderToStaticMarkup(payload.type === "modal" ? modal(payload, theme) : message(payload, theme));
});

const page = (theme, width) => `<!doctype html><html lang="en" data-theme="${theme}" class="${theme}"><head><meta charset="utf-8">
<style>${style}</style><style>
body { margin: 0; padding: 20px; width: ${width}px; box-sizing: border-box; background: ${theme === "dark" ? "#1a1d21" : "#fff"}; color: ${theme === "dark" ? "#d1d2d3" : "#1d1c1d"}; font: 15px/1.46 Lato, "Noto Sans", sans-serif; }
.item { margin: 0 0 26px; }
.chip { background: ${theme === "dark" ? "#1b3a53" : "#e8f5fa"}; color: ${theme === "dark" ? "#5fb8e8" : "#1264a3"}; border-radius: 3px; padding: 0 2px; }
.modal { border: 1px solid #8884; border-radius: 9px; box-shadow: 0 6px 30px #0003; max-width: 520px; }
.modal header, .modal footer { display: flex; gap: 12px; align-items: center; padding: 16px 24px; }
.modal header { justify-content: space-between; font-size: 20px; }
.modal .body { padding: 0 24px 8px; }
.modal footer { justify-content: flex-end; border-top: 1px solid #8884; }
.modal footer button { font: inherit; font-weight: 700; padding: 6px 14px; border-radius: 4px; border: 1px solid #8886; background: none; color: inherit; }
.modal footer .primary { background: #007a5a; color: #fff; border-color: #007a5a; }
</style></head><body>${shown(theme).map((html) => `<div class="item">${html}</div>`).join("\n")}</body></html>`;

mkdirSync(out, { recursive: true });
for (const [name, theme, width] of [["light", "light", 720], ["dark", "dark", 720], ["phone", "light", 375]])
  writeFileSync(join(out, name + ".html"), page(theme, width));
