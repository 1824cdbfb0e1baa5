// Makes the Sandbox livelier. Everything works without it: forms are plain forms, pages are whole pages.
"use strict";

const byId = (id) => document.getElementById(id);
const pane = () => byId("pane");
const stream = () => byId("stream");

// ---- Changing parts of the page in place -------------------------------------------------------------------------

/** Whether a part holds something a person is in the middle of: the focus, an open menu or question, typed text. */
const inUse = (part) =>
  part.contains(document.activeElement) || part.querySelector("details[open], :popover-open") !== null;

/** Makes the children of `old` those of `fresh`, keeping every child whose id and version are the same or that is in use. */
function mergeChildren(old, fresh) {
  let at = old.firstElementChild;
  for (const wanted of [...fresh.children]) {
    const known = wanted.id && byId(wanted.id);
    if (known && known.parentElement === old) {
      while (at && at !== known) at = removeAndNext(at);
      if (known.dataset.version === wanted.dataset.version) refreshTimes(known, wanted);
      else if (!inUse(known)) known.replaceWith(wanted);
      at = (known.isConnected ? known : wanted).nextElementSibling;
    } else {
      old.insertBefore(wanted, at);
    }
  }
  while (at) at = removeAndNext(at);
}

function removeAndNext(element) {
  const next = element.nextElementSibling;
  element.remove();
  return next;
}

/** Clocks and "20 min ago" grow older although nothing changed. */
function refreshTimes(old, fresh) {
  const parts = "time, [data-live]";
  const now = [...fresh.querySelectorAll(parts)];
  [...old.querySelectorAll(parts)].forEach((part, i) => {
    if (!now[i] || now[i].outerHTML === part.outerHTML) return;
    if (part.tagName === "TIME") part.textContent = now[i].textContent;
    else part.replaceWith(now[i].cloneNode(true));
  });
}

const atBottom = () => !stream() || Math.abs(stream().scrollTop) < 40;

async function load(address) {
  // A page in the background reads nothing: what is new stays unread.
  const response = await fetch(address, { headers: { "X-Requested-With": document.hidden ? "sandbox-hidden" : "sandbox" } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

let refreshing = null;

/** Fetches the page again and changes what differs. Calls while one is under way are answered by one more. */
function refresh() {
  if (refreshing) { refreshing.again = true; return; }
  const turn = (refreshing = { again: false });
  load(location.href)
    .then(showChanges)
    .catch(() => announce("lost"))
    .finally(() => {
      refreshing = null;
      if (turn.again) refresh();
    });
}

function showChanges(page) {
  const fresh = page.getElementById("messages");
  if (fresh && byId("messages") && page.getElementById("pane")?.dataset.room === pane().dataset.room) {
    const wasAtBottom = atBottom();
    const before = byId("messages").lastElementChild?.id;
    mergeChildren(byId("messages"), fresh);
    if (wasAtBottom) stream().scrollTop = 0;
    else if (byId("messages").lastElementChild?.id !== before) announce("new");
  }
  swap("side-content", page);
  swap("pinned-card", page);
  swap("mail-list", page);
  swap("own-cards", page);
  for (const part of [".pinned-line", ".room .topic", ".members-button"]) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh && old.innerHTML !== fresh.innerHTML && !inUse(old)) old.replaceChildren(...fresh.childNodes);
  }
  document.title = page.title;
  byId("workspace").dataset.seen = page.getElementById("workspace")?.dataset.seen ?? "";
}

function swap(id, page) {
  const old = byId(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh || inUse(old)) return;
  if (old.dataset.version && old.dataset.version === fresh.dataset.version) refreshTimes(old, fresh);
  else old.replaceWith(fresh);
}

function announce(what) {
  const place = byId("announce");
  place.textContent = place.dataset[what] ?? "";
  setTimeout(() => { place.textContent = ""; }, 4000);
}

// ---- Live refresh ------------------------------------------------------------------------------------------------

/** Whether a mark ("run-number") is of a later change than another; marks of another run of the server always are. */
function isLater(mark, than) {
  const [run, number] = mark.split("-");
  const [otherRun, otherNumber] = than.split("-");
  return run !== otherRun || Number(number) > Number(otherNumber);
}

/** Browsers open few connections to one server: of all pages one listens and tells the others; when it goes, the next one does. */
function listen() {
  const workspace = byId("workspace");
  if (!workspace?.dataset.events || !("EventSource" in window)) return;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("sandbox-changes") : null;
  let newest = workspace.dataset.seen;
  let connected = false;
  const hear = (mark) => {
    if (isLater(mark, newest)) newest = mark;
    if (isLater(mark, workspace.dataset.seen)) refresh();
  };
  const connect = () => {
    connected = true;
    // After a lost connection the first event carries the newest mark again, so nothing is missed.
    new EventSource(workspace.dataset.events).addEventListener("changed", (event) => {
      hear(event.data);
      others?.postMessage({ mark: event.data });
    });
  };
  others?.addEventListener("message", ({ data }) => {
    if (data.mark) hear(data.mark);
    else if (connected) others.postMessage({ mark: newest });
  });
  if (others && navigator.locks) {
    navigator.locks.request("sandbox-changes", () => { connect(); return new Promise(() => {}); });
    // What changed between the making of this page and its listening is known to who listens already.
    others.postMessage({ asks: true });
  } else {
    connect();
  }
  setInterval(() => { if (!document.hidden) refresh(); }, 60_000);
}

// ---- Composer ----------------------------------------------------------------------------------------------------

function setUpComposer() {
  const text = byId("composer-text");
  if (!text) return;
  const menu = byId("commands");
  const entries = menu ? [...menu.querySelectorAll("li")] : [];
  const shown = () => entries.filter((entry) => !entry.hidden);
  const draft = `draft:${pane().dataset.room}`;
  if (!text.value) text.value = sessionStorage.getItem(draft) ?? "";

  const select = (index) => {
    const list = shown();
    const chosen = list[(index + list.length) % list.length];
    entries.forEach((entry) => entry.setAttribute("aria-selected", entry === chosen));
    text.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const filter = () => {
    const typed = /^\/.*$/.test(text.value) ? text.value.toLowerCase() : null;
    entries.forEach((entry) => { entry.hidden = typed !== null && !entry.dataset.command.startsWith(typed); });
    menu.open = typed !== null && shown().length > 0;
    menu.toggleAttribute("data-filtering", menu.open);
    if (menu.open) select(Math.max(0, shown().findIndex((entry) => entry.dataset.command === typed)));
  };
  const take = (entry) => {
    text.value = entry.dataset.command + " ";
    filter();
    text.focus();
  };

  text.addEventListener("input", () => {
    sessionStorage.setItem(draft, text.value);
    if (menu) filter();
  });
  menu?.addEventListener("click", (event) => {
    const entry = event.target.closest("li");
    if (entry) take(entry);
  });
  text.addEventListener("keydown", (event) => {
    const choosing = menu?.open && menu.hasAttribute("data-filtering");
    const chosen = choosing && entries.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
    if (choosing && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      select(shown().indexOf(entries[chosen]) + (event.key === "ArrowDown" ? 1 : -1));
    } else if (choosing && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && text.value !== entries[chosen].dataset.command && text.value !== "/escalate"))) {
      event.preventDefault();
      take(entries[chosen]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (text.value.trim()) text.form.requestSubmit();
    }
  });
  text.form.addEventListener("submit", () => sessionStorage.removeItem(draft));
}

// ---- Small comforts ----------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// A menu that opens at the edge of a scrolling part is brought into sight.
document.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector(".menu-panel")?.scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector(":popover-open")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    (menu.id === "commands" ? byId("composer-text") : menu.querySelector("summary")).focus();
  } else {
    document.querySelector("a[data-close]")?.click();
  }
});

// A form is sent once, however often its button is pressed; the server would ignore the second one too.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  else event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.addEventListener("visibilitychange", () => { if (!document.hidden && byId("messages")) refresh(); });

setUpComposer();
listen();
if (byId("composer-text") && !document.querySelector(".overlay") && matchMedia("(hover: hover)").matches)
  byId("composer-text").focus({ preventScroll: true });
