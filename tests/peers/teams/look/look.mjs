// Pictures of cards and dialogs as Teams shows them: node look.mjs OUT WIDTH light|dark FILE...
// Writes a page to OUT/<name>.html for each file of "gallery --out DIR" (DIR/teams/*.json) and has Chromium take its picture.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const [out, width, theme, ...files] = process.argv.slice(2);
const peers = resolve(import.meta.dirname, "..", "node_modules");
const script = (path) => `<script>${readFileSync(join(peers, path), "utf8")}</script>`;

// The colours of Teams' own themes.
const themes = {
  light: {
    page: "#ebebeb", card: "#ffffff", text: "#242424", subtle: "#616161", accent: "#4f52b2", good: "#0e700e",
    warning: "#8a3707", attention: "#b10e1c", emphasis: "#f0f0f0", goodBox: "#f1faf1", warningBox: "#fff9f5",
    attentionBox: "#fdf3f4", line: "#d1d1d1", button: "#ffffff", primary: "#5b5fc7",
  },
  dark: {
    page: "#141414", card: "#292929", text: "#ffffff", subtle: "#adadad", accent: "#aab1fa", good: "#54b054",
    warning: "#f0a15c", attention: "#e87979", emphasis: "#1f1f1f", goodBox: "#052505", warningBox: "#411200",
    attentionBox: "#3b0509", line: "#525252", button: "#292929", primary: "#4f52b2",
  },
};
const t = themes[theme];
const foreground = Object.fromEntries(
  [["default", t.text], ["accent", t.accent], ["good", t.good], ["warning", t.warning], ["attention", t.attention], ["dark", t.text], ["light", t.text]]
    .map(([name, colour]) => [name, { default: colour, subtle: name === "default" ? t.subtle : colour }]),
);
const container = (backgroundColor) => ({ backgroundColor, foregroundColors: foreground });
const host = {
  fontFamily: "'Segoe UI', 'Noto Sans', sans-serif",
  supportsInteractivity: true,
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: t.line },
  containerStyles: {
    default: container(t.card), emphasis: container(t.emphasis), good: container(t.goodBox),
    warning: container(t.warningBox), attention: container(t.attentionBox), accent: container(t.emphasis),
  },
  actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left", showCard: { actionMode: "inline" } },
  table: { cellSpacing: 4 },
};
const style = `
body { margin: 0; padding: 12px; box-sizing: border-box; width: ${width}px; background: ${t.page}; color: ${t.text}; font: 14px 'Segoe UI', 'Noto Sans', sans-serif }
.frame { background: ${t.card}; border-radius: 6px; border: 1px solid ${t.line}; overflow: hidden }
.title { font-weight: 600; padding: 12px 16px 0 }
.ac-pushButton { background: ${t.button}; color: ${t.text}; border: 1px solid ${t.line}; border-radius: 4px; padding: 5px 12px; font: 600 14px 'Segoe UI', 'Noto Sans', sans-serif }
.ac-pushButton.style-positive { background: ${t.primary}; color: #fff }
.ac-pushButton.style-destructive { color: ${t.attention} }
.ac-actionSet > div, .ac-actionSet { flex-wrap: wrap; row-gap: 8px }
.ac-pushButton div { white-space: normal !important }
input, select, textarea { background: ${t.emphasis}; color: ${t.text}; border: 1px solid ${t.line}; border-radius: 4px; padding: 6px; font: 14px 'Noto Sans', sans-serif }
.ac-choiceSetInput-multiSelect input, .ac-choiceSetInput-expanded input, .ac-toggleInput { width: auto !important }
a { color: ${t.accent} }`;

mkdirSync(out, { recursive: true });
for (const file of files) {
  const payload = JSON.parse(readFileSync(file, "utf8"));
  const card = (payload.card ?? payload.attachments?.[0])?.content;
  const name = `${basename(file, ".json")}.${width}.${theme}`;
  const show = card
    ? `const card = new AdaptiveCards.AdaptiveCard(); card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(host)});
       card.parse(${JSON.stringify(card).replaceAll("<", "\\u003c")}); document.querySelector(".frame").append(card.render());`
    : `document.querySelector(".frame").append(Object.assign(document.createElement("p"), { textContent: ${JSON.stringify(payload.text ?? "").replaceAll("<", "\\u003c")}, style: "padding: 0 16px; white-space: pre-wrap" }));`;
  const page = join(out, `${name}.html`);
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${style}</style>${script("adaptivecards/dist/adaptivecards.min.js")}${script("markdown-it/dist/markdown-it.min.js")}
    <div class="frame">${payload.title ? `<div class="title"></div>` : ""}</div><script>
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      result.outputHtml = markdownit().render(text.replace(/<at>(.*?)<\\/at>/g, "**@$1**")); result.didProcess = true; };
    ${payload.title ? `document.querySelector(".title").textContent = ${JSON.stringify(payload.title).replaceAll("<", "\\u003c")};` : ""}
    ${show}</script>`,
  );
  execFileSync("chromium", [
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
    `--window-size=${width},${process.env.HEIGHT ?? 1100}`, `--screenshot=${join(out, `${name}.png`)}`, `file://${resolve(page)}`,
  ], { stdio: "ignore" });
}
