// The city page, live: rows of the list and marks of the map follow what the server tells; a slider shows an hour of the
// last seven days. Without it the page is as it was loaded, and the form shows any hour.
"use strict";

(() => {
  const page = document.querySelector("[data-city]");
  if (!page) return;
  const { lang, query, clock } = page.dataset;
  const { listen, parts, swap } = window.cityLive;
  const zh = lang !== "en";
  const word = (two) => (zh ? two.zh : two.en);
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const list = page.querySelector(".city-list");
  const rows = new Map();
  const index = () => {
    rows.clear();
    for (const row of list.querySelectorAll("[data-facility]")) rows.set(row.dataset.facility, row);
  };
  index();
  const time = (iso) => iso.slice(0, 19).replace("T", " ");
  // An open order in words: its state with a link, the unit, the time limit that ends first.
  const order = (one, word) => {
    const node = make("p", undefined, "row-order");
    node.dataset.order = one.id;
    node.dataset.mark = one.mark;
    const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    sign.setAttribute("class", `fmark fmark-${one.mark}`);
    sign.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#fmark-${one.mark}`);
    sign.append(use);
    const link = make("a", word(one.title));
    link.href = `/orders/${encodeURIComponent(one.id)}`;
    node.append(sign, " ", link, " ", make("b", word(one.state_words), "state"));
    if (one.unit) node.append(" ", make("span", word(one.unit), "meta"));
    if (one.limit) node.append(" ", make("span", `${word(one.limit.name)}${page.dataset.colon}${word(one.limit.words)}`, one.limit.over ? "limit over" : "limit"));
    if (one.ends) node.append(" ", make("span", `${page.dataset.drillEnds} ${time(one.ends)}`, "meta"));
    return node;
  };
  window.cityOrder = order;
  const line = (name, value, unit, more) => {
    const node = make("span", undefined, "row-value");
    node.append(`${name} `, make("b", value), ` ${unit} `);
    if (more) node.append(make("span", more, "meta"));
    return node;
  };
  const fill = (id, lines) => {
    const box = rows.get(id)?.querySelector(".row-values");
    box?.replaceChildren(...(lines.length ? lines.flatMap((one) => [one, " "]) : [past ? page.dataset.noneThen : page.dataset.none]));
  };
  // Written anew only when they are different, so that a link can be reached.
  const orders = (row, open) => {
    const made = open.map((one) => order(one, word));
    const box = row.querySelector(".row-orders");
    if (box.textContent.replace(/\s/g, "") !== made.map((node) => node.textContent).join("").replace(/\s/g, "")) box.replaceChildren(...made);
  };
  let past = Boolean(page.dataset.at);
  const held = new Map();
  // A row's sign, words and orders: as they are now, or as they were.
  const paint = (id, { mark, mark_words, orders: open }) => {
    const row = rows.get(id);
    if (!row) return;
    const node = row.querySelector(".row-mark");
    if (node.dataset.mark !== mark) {
      node.dataset.mark = mark;
      const sign = node.querySelector("svg");
      sign.setAttribute("class", `fmark fmark-${mark}`);
      sign.querySelector("use").setAttribute("href", `#fmark-${mark}`);
      node.querySelector(".row-words").textContent = word(mark_words);
    }
    orders(row, open ?? []);
  };
  const fresh = () => {
    const address = new URL(location.href);
    address.searchParams.delete("time");
    return address;
  };
  // Which facilities are listed, in which order, and how many of what there are is for the server to say.
  const again = parts(fresh, (part, next) => {
    if (past) return;
    swap(part, next);
    index();
    held.forEach(show);
    tell("city-list");
  });
  const standing = ({ mark, orders: open }) => `${mark} ${(open ?? []).map((one) => `${one.id} ${one.mark}`)}`;
  const show = (facility) => {
    if (past) return;
    paint(facility.id, facility);
    const stated = (facility.stated ?? []).map((v) => line(word(v.name), word(v.said), word(v.unit)));
    fill(facility.id, facility.values.length ? facility.values.map((v) => line(word(v.name), word(v.said), word(v.unit), time(v.time) + (v.good ? "" : ` · ${word(v.quality)}`))) : stated);
  };
  const take = (facility) => {
    const before = held.get(facility.id);
    held.set(facility.id, facility);
    show(facility);
    if (before && standing(before) !== standing(facility)) again();
  };

  const status = page.querySelector(".city-live");
  const say = (text, warn) => {
    if (warn) status.setAttribute("role", "alert");
    if (status.textContent !== text) status.textContent = text;
    status.hidden = false;
  };
  listen(`/city/events?${query}${page.dataset.account ? "&as=account" : ""}`, {
    facilities: (facilities) => {
      facilities.forEach(take);
      tell("city-facilities", facilities);
    },
    reload: () => {
      again();
      tell("city-reload");
    },
  }, say, page.dataset);

  const slider = page.querySelector(".city-slider");
  const [output, input] = [slider.querySelector("output"), slider.querySelector("input")];
  slider.hidden = false;
  // The city's hour, also when the page has been open for long.
  const begun = performance.now();
  const latest = () => Math.floor((Date.parse(clock) + performance.now() - begun) / 3_600_000) * 3_600_000;
  const hour = (back) => new Date(latest() + back * 3_600_000).toISOString().slice(0, 16);
  const label = () => {
    const back = Number(input.value);
    input.setAttribute("aria-valuetext", past ? `${hour(back)} (${-back} ${page.dataset.back})` : page.dataset.now);
    output.textContent = past ? `${hour(back)} (${-back} ${page.dataset.back})` : page.dataset.now;
  };
  if (past) input.value = Math.round((Date.parse(`${page.dataset.at}Z`) - latest()) / 3_600_000);
  label();
  // How many of what is asked for had what, beside the list.
  const alarms = new Set(["unacknowledged", "acknowledged", "returned-unacknowledged"]);
  const flags = new URLSearchParams(query);
  const is = {
    alarm: ({ mark }) => alarms.has(mark),
    order: ({ orders: open }) => Boolean(open?.length),
    silent: ({ mark }) => mark === "silent",
  };
  const wanted = ["alarm", "order", "silent"].filter((flag) => flags.get(flag) === "1");
  const sum = (items) => {
    const found = items.filter((item) => !wanted.length || wanted.some((flag) => is[flag](item)));
    const counted = {
      alarms: found.filter(is.alarm).length,
      orders: found.reduce((all, { orders: open }) => all + (open?.length ?? 0), 0),
      drills: 0,
    };
    for (const node of list.querySelectorAll("[data-sum]")) node.textContent = counted[node.dataset.sum];
  };
  const calm = { mark: "normal", mark_words: { zh: page.dataset.normal, en: page.dataset.normal } };
  let asked = 0;
  const ask = async () => {
    past = input.value !== "0";
    label();
    const mine = (asked += 1);
    const now = () => {
      [past, input.value] = [false, "0"];
      label();
      held.forEach(show);
      again();
      tell("city-at", null);
    };
    if (!past) {
      now();
      return;
    }
    const scenario = new URLSearchParams(query);
    scenario.delete("time");
    let answer = null;
    try {
      answer = await fetch(`/api/v1/facilities/at?${scenario}&time=${hour(Number(input.value))}`);
    } catch {
      // Said below, as any other answer that is none.
    }
    if (mine !== asked) return;
    if (!answer?.ok) {
      // Nothing of another time may stand under the hour that was asked for.
      say((await answer?.json().catch(() => null))?.detail ?? page.dataset.lost);
      now();
      return;
    }
    const { items } = await answer.json();
    const then = new Map(items.map((item) => [item.id, { ...item, values: item.values.map((v) => ({ name: word(v.name), value: `${v.mean} (${v.least}–${v.greatest})`, unit: word(v.unit) })) }]));
    for (const id of rows.keys()) {
      const item = then.get(id) ?? { ...calm, values: [] };
      paint(id, item);
      fill(id, item.values.map((v) => line(v.name, v.value, v.unit)));
    }
    sum(items);
    tell("city-at", then);
  };
  // The list came as of that hour; the map has to be told.
  document.addEventListener("city-map", () => { if (past) ask(); });
  let waiting;
  input.addEventListener("input", () => {
    past = input.value !== "0";
    label();
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  });
})();
