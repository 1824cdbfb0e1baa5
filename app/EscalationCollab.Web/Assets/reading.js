// Keeps a page that is only read as it is now, for as long as somebody looks at it. Without script it stays as it was opened.
"use strict";
(() => {
  const pause = 30_000;
  const main = page => page.querySelector("main");
  const links = part => [...part.querySelectorAll("a")];

  /** Where this page is had again when its link no longer works: a tab of a chat client says so. Only ever a page of ours. */
  const again = () => {
    const named = new URLSearchParams(location.hash.slice(1)).get("again");
    return named && URL.canParse(named) && new URL(named).origin === location.origin ? named : null;
  };

  function show(fresh) {
    const old = main(document);
    if (old.innerHTML === main(fresh).innerHTML) return;
    const focused = links(old).indexOf(document.activeElement);
    old.replaceWith(main(fresh));
    links(main(document))[focused]?.focus({ preventScroll: true });
    document.title = fresh.title;
  }

  async function refresh() {
    // What somebody is about to copy is not taken from under their hands.
    if (document.hidden || !getSelection().isCollapsed) return;
    try {
      const answer = await fetch(location.href);
      if (answer.status === 404 && again()) location.replace(again());
      else if (answer.ok || answer.status === 404)
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Not reached now: the next time.
    }
  }

  setInterval(refresh, pause);
  document.addEventListener("visibilitychange", refresh);
})();
