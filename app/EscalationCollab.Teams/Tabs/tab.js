// Asks Teams who looks at this tab, and goes on to a page made for that person alone.
"use strict";
(async () => {
  const say = name => {
    for (const sentence of document.querySelectorAll("[data-say]")) sentence.hidden = sentence.dataset.say !== name;
  };
  let token;
  try {
    await microsoftTeams.app.initialize();
    token = await microsoftTeams.authentication.getAuthToken();
  } catch {
    // Not in Teams, or single sign-on is not set up.
    say("sign-in");
    return;
  }
  try {
    const answer = await fetch("tab?page=" + encodeURIComponent(document.body.dataset.page), {
      method: "POST",
      headers: { Authorization: "Bearer " + token },
    });
    // The link of that page works for an hour; whoever still looks at it then comes back here.
    if (answer.ok) location.replace((await answer.json()).url + "#again=" + encodeURIComponent(location.href));
    else say({ 401: "sign-in", 403: "stranger", 404: "gone" }[answer.status] || "away");
  } catch {
    say("away");
  }
})();
