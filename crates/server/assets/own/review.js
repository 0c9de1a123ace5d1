// What makes a review quicker: keys, and steps without reloading the page. Everything here also works without it.
"use strict";

(() => {
  const review = () => document.getElementById("review");
  if (!review()) return;
  const KEPT = "tz-review-keys";
  // What is under way; keys wait for it, so that none is lost.
  let under_way = Promise.resolve();
  let waiting = under_way;

  function kept() {
    try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
  }

  // The text is long and a step changes few marks: where the words are the same, only the marks are brought up to date.
  function renewText(fresh) {
    const [now, then] = [document.getElementById("review-text"), fresh.querySelector("#review-text")];
    const [marks, others] = [now.querySelectorAll("a.say"), then.querySelectorAll("a.say")];
    const same = marks.length === others.length
      && now.querySelector("article").dataset.part === then.querySelector("article").dataset.part
      && [...marks].every((mark, i) => mark.dataset.id === others[i].dataset.id);
    if (!same) return now.replaceWith(then);
    marks.forEach((mark, i) => {
      const other = others[i];
      if (mark.className !== other.className) mark.className = other.className;
      if (mark.href !== other.href) mark.href = other.href;
      if (other.hasAttribute("aria-current")) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
      const [sign, next] = [mark.querySelector(".say-sign"), other.querySelector(".say-sign")];
      if (sign && next && sign.textContent !== next.textContent) sign.replaceWith(next);
    });
  }

  function show(html, url) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("review");
    if (!fresh) return false;
    renewText(fresh);
    for (const part of [".review-head", "#review-side"]) {
      review().querySelector(part).replaceWith(fresh.querySelector(part));
    }
    if (url) history.replaceState(null, "", url);
    ready();
    document.getElementById("review-side").scrollTop = 0;
    const wrong = document.querySelector("#review-side [aria-invalid=true]");
    if (wrong) return wrong.focus(), true;
    const current = document.querySelector("a.say[aria-current]");
    (current || document.getElementById("card-title"))?.focus({ preventScroll: true });
    current?.scrollIntoView({ block: "center", behavior: "instant" });
    return true;
  }

  async function fetched(url, options) {
    const answer = await fetch(url, options);
    const html = await answer.text();
    const path = new URL(answer.url).pathname;
    // A step that leads to another page is followed there.
    if (path !== location.pathname || !show(html, answer.ok ? answer.url : null)) location.assign(answer.url);
  }

  function load(url, options, otherwise) {
    under_way = fetched(url, options).catch(otherwise);
  }

  function ready() {
    const box = document.querySelector("[data-keys]");
    if (!box) return;
    box.hidden = false;
    const input = box.querySelector("input");
    input.checked = kept();
    input.addEventListener("change", () => {
      try { localStorage.setItem(KEPT, input.checked ? "on" : "off"); } catch { /* kept for this page only */ }
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("#review form[data-step]")) return;
    event.preventDefault();
    // A field is called action, and hides the property.
    const body = new URLSearchParams(new FormData(form, event.submitter));
    load(form.getAttribute("action"), { method: "POST", body }, () => location.reload());
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#review a.say, #review a[data-go]");
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plain) return;
    event.preventDefault();
    load(link.href, {}, () => location.assign(link.href));
  });

  // Words selected in the text are the ones to add.
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const words = chosen.toString().trim();
    const paragraph = chosen.anchorNode?.parentElement?.closest("#review-text p[data-at]");
    const form = document.querySelector("[data-add] form");
    if (!words || !paragraph || !form || words.length > 500) return;
    const copy = chosen.getRangeAt(0).cloneContents();
    copy.querySelectorAll(".say-sign").forEach((sign) => sign.remove());
    form.elements.words.value = copy.textContent.trim();
    form.elements.near.value = paragraph.dataset.at;
  });

  function press(key) {
    const target = [...document.querySelectorAll("#review [data-key]")].find((t) => t.dataset.key === key);
    if (!target?.matches("details")) return target?.click();
    target.open = key === "?" ? !target.open : true;
    const first = target.querySelector(key === "?" ? "summary" : "select, input:not([type=hidden]), textarea");
    target.scrollIntoView({ block: "nearest" });
    first?.focus();
  }

  const SAME = { ArrowDown: "j", ArrowUp: "k" };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) return typing.blur();
    if (typing || event.metaKey || event.ctrlKey || event.altKey || !kept()) return;
    const key = SAME[event.key] ?? event.key;
    if (!"jknaesmru?".includes(key)) return;
    event.preventDefault();
    waiting = waiting.then(() => press(key)).then(() => under_way);
  });

  ready();
  document.querySelector("a.say[aria-current]")?.scrollIntoView({ block: "center", behavior: "instant" });
})();
