// What makes the pages quicker. Everything here also works without it.
"use strict";

(() => {
  const aside = document.getElementById("aside");
  const body = document.getElementById("aside-body");
  let from = null;

  function close() {
    if (!aside || aside.hidden) return;
    aside.hidden = true;
    from?.setAttribute("aria-expanded", "false");
    from?.focus({ preventScroll: true });
    from = null;
  }

  async function open(link) {
    const { pathname } = new URL(link.href);
    await htmx.ajax("GET", `${pathname}/aside`, { target: "#aside-body", swap: "innerHTML" });
    // An answer that is no task's short form is a page of its own.
    if (!body.querySelector("h2 a")) {
      location.assign(link.href);
      return;
    }
    from?.setAttribute("aria-expanded", "false");
    from = link;
    link.setAttribute("aria-expanded", "true");
    aside.hidden = false;
    aside.scrollTop = 0;
    body.focus({ preventScroll: true });
  }

  if (aside && window.htmx) {
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-close-aside]")) return close();
      const link = event.target.closest("a[data-aside]");
      const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
      if (!link || !plain) return;
      event.preventDefault();
      open(link).catch(() => location.assign(link.href));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
  }

  // The table of contents stands beside the text where there is room.
  const contents = document.querySelector("details.contents");
  if (contents && matchMedia("(min-width: 64rem)").matches) contents.open = true;

  for (const all of document.querySelectorAll("[data-check-all]")) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      for (const box of all.closest("form").querySelectorAll("input[name=task]")) box.checked = event.target.checked;
    });
  }

  // Where someone stands, for a field that asks for coordinates; only when they press the button.
  if (navigator.geolocation) {
    for (const field of document.querySelectorAll("input[data-locate]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = field.dataset.locate;
      button.addEventListener("click", () => {
        button.disabled = true;
        navigator.geolocation.getCurrentPosition(
          ({ coords }) => {
            field.value = `${coords.longitude.toFixed(6)}, ${coords.latitude.toFixed(6)}`;
            button.disabled = false;
          },
          () => { button.disabled = false; },
          { enableHighAccuracy: true, timeout: 20000 },
        );
      });
      field.after(button);
    }
  }

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    setTimeout(() => event.target.querySelectorAll("button[type=submit]").forEach((b) => { b.disabled = true; }), 0);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("button[type=submit]").forEach((b) => { b.disabled = false; });
  });

  // The first thing that was wrong is where work goes on.
  document.querySelector("[aria-invalid=true], .wrong input")?.focus();
})();
