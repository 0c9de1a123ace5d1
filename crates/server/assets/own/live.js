// A live line to the server that comes again by itself, and parts of a page that are fetched anew when something changed.
"use strict";

window.cityLive = (() => {
  // So long before a line is opened anew that the server did not take, and at most; milliseconds.
  const [first, longest] = [5_000, 60_000];

  // Listens to `address`. `on` has what is done with each kind of event; `say` is given words for people and whether they
  // are a warning; `words` has them: said (it stands), lost, out.
  const listen = (address, on, say, words) => {
    let wait = first;
    const open = () => {
      const line = new EventSource(address);
      line.onopen = () => { wait = first; say(words.said); };
      line.onerror = () => {
        say(words.lost);
        // A line that was refused is not opened again by the browser.
        if (line.readyState !== EventSource.CLOSED) return;
        setTimeout(open, wait * (0.75 + Math.random() / 2));
        wait = Math.min(wait * 2, longest);
      };
      line.addEventListener("signed-out", () => { line.close(); say(words.out, true); });
      for (const [name, act] of Object.entries(on)) line.addEventListener(name, ({ data }) => act(JSON.parse(data)));
    };
    open();
  };

  // What is found again after its part was replaced: what was in the reader's hand stays there.
  const handle = (node) => {
    for (const name of ["href", "data-show", "name"]) {
      const value = node.getAttribute?.(name);
      if (value) return `${node.localName}[${name}="${CSS.escape(value)}"]`;
    }
    return null;
  };
  const swap = (part, fresh) => {
    const held = part.contains(document.activeElement) ? handle(document.activeElement) : null;
    part.replaceChildren(...fresh.childNodes);
    if (held) part.querySelector(held)?.focus();
  };

  // Fetches the page of `address()` anew when it is asked to, not more often than once a second nor than its fetching
  // allows, and gives each part that has a `data-live` to `put` with its successor.
  const parts = (address, put) => {
    let [due, busy, again, last, took] = [0, false, false, -Infinity, 0];
    const run = async () => {
      due = 0;
      busy = true;
      const begin = performance.now();
      try {
        const answer = await fetch(address(), { headers: { accept: "text/html" } });
        if (answer.ok && !answer.redirected) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const part of document.querySelectorAll("[data-live]")) {
            const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
            if (fresh) put(part, fresh);
          }
        }
      } catch {
        // The next change tries again; whether the line stands is said elsewhere.
      }
      [last, took, busy] = [performance.now(), performance.now() - begin, false];
      if (again) { again = false; ask(); }
    };
    const ask = () => {
      if (busy) again = true;
      else due ||= setTimeout(run, Math.max(0, last + Math.max(1_000, took * 4) - performance.now()));
    };
    return ask;
  };

  return { listen, parts, swap };
})();
