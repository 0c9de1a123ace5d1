// The list of alarms, live. What somebody is about to do is not taken from under their hand: then a button says that there
// is news.
"use strict";

(() => {
  const page = document.querySelector("[data-alarms]");
  if (!page) return;
  const { listen, parts, swap } = window.cityLive;
  const words = page.dataset;
  const [status, news] = [page.querySelector(".city-live"), page.querySelector(".news")];
  const say = (text, warn) => {
    if (warn) status.setAttribute("role", "alert");
    if (status.textContent !== text) status.textContent = text;
    status.hidden = false;
  };
  const list = () => document.querySelector('[data-live="alarms"]');
  const waiting = new Map();
  const show = () => {
    news.hidden = true;
    waiting.forEach((fresh, part) => swap(part, fresh));
    waiting.clear();
  };
  const held = () => list().contains(document.activeElement) || list().querySelector(".alarm-deeds details[open], .dispatch[open]");
  const again = parts(() => location.href, (part, fresh) => {
    if (part.textContent.replace(/\s+/g, " ") === fresh.textContent.replace(/\s+/g, " ")) {
      waiting.delete(part);
      return;
    }
    waiting.set(part, fresh);
    if (held()) news.hidden = false;
    else show();
  });
  news.addEventListener("click", show);
  // The first event only says that the line stands.
  let begun = false;
  listen("/city/events?only=alarms&as=account", { alarms: () => { if (begun) again(); begun = true; } }, say, words);
})();
