// The city page, live: rows of the list and marks of the map follow what the server tells; a slider shows an hour of the
// last seven days. Without it the page is as it was loaded, and the form shows any hour.
"use strict";

(() => {
  const page = document.querySelector("[data-city]");
  if (!page) return;
  const { lang, query, latest } = page.dataset;
  const zh = lang !== "en";
  const word = (two) => (zh ? two.zh : two.en);
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const rows = new Map([...page.querySelectorAll("[data-facility]")].map((row) => [row.dataset.facility, row]));
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
    box?.replaceChildren(...(lines.length ? lines.flatMap((one) => [one, " "]) : [page.dataset.none]));
  };
  // Written anew only when they are different, so that a link can be reached.
  const orders = (row, list) => {
    const made = list.map((one) => order(one, word));
    const box = row.querySelector(".row-orders");
    if (box.textContent.replace(/\s/g, "") !== made.map((node) => node.textContent).join("").replace(/\s/g, "")) box.replaceChildren(...made);
  };
  let past = Boolean(page.dataset.at);
  const held = new Map();
  // A row's sign, words and orders: as they are now, or as they were.
  const paint = (id, { mark, mark_words, orders: list }) => {
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
    orders(row, list ?? []);
  };
  const show = (facility) => {
    held.set(facility.id, facility);
    if (past) return;
    paint(facility.id, facility);
    const stated = (facility.stated ?? []).map((v) => line(word(v.name), word(v.said), word(v.unit)));
    fill(facility.id, facility.values.length ? facility.values.map((v) => line(word(v.name), word(v.said), word(v.unit), time(v.time) + (v.good ? "" : ` · ${word(v.quality)}`))) : stated);
  };

  const status = page.querySelector(".city-live");
  const line_of_events = new EventSource(`/city/events?${query}`);
  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
    status.hidden = false;
  };
  line_of_events.onopen = () => say(page.dataset.live);
  line_of_events.onerror = () => say(page.dataset.lost);
  line_of_events.addEventListener("facilities", ({ data }) => {
    const facilities = JSON.parse(data);
    facilities.forEach(show);
    tell("city-facilities", facilities);
  });
  line_of_events.addEventListener("reload", () => tell("city-reload"));

  const slider = page.querySelector(".city-slider");
  const [output, input] = [slider.querySelector("output"), slider.querySelector("input")];
  slider.hidden = false;
  const hour = (back) => new Date(Date.parse(`${latest}:00Z`) + back * 3_600_000).toISOString().slice(0, 16);
  const label = () => {
    const back = Number(input.value);
    input.setAttribute("aria-valuetext", past ? `${hour(back)} (${-back} ${page.dataset.back})` : page.dataset.now);
    output.textContent = past ? `${hour(back)} (${-back} ${page.dataset.back})` : page.dataset.now;
  };
  if (past) input.value = Math.round((Date.parse(`${page.dataset.at}Z`) - Date.parse(`${latest}Z`)) / 3_600_000);
  label();
  // How many of what is asked for had what, beside the list; those of now are put back.
  const alarms = new Set(["unacknowledged", "acknowledged", "returned-unacknowledged"]);
  const flags = new URLSearchParams(query);
  const is = {
    alarm: ({ mark }) => alarms.has(mark),
    order: ({ orders: list }) => Boolean(list?.length),
    silent: ({ mark }) => mark === "silent",
  };
  const wanted = ["alarm", "order", "silent"].filter((flag) => flags.get(flag) === "1");
  const sums = [...page.querySelectorAll("[data-sum]")];
  const at_first = page.dataset.at ? null : sums.map((node) => node.textContent);
  const sum = (items) => {
    const found = items.filter((item) => !wanted.length || wanted.some((flag) => is[flag](item)));
    const counted = {
      alarms: found.filter(is.alarm).length,
      orders: found.reduce((all, { orders: list }) => all + (list?.length ?? 0), 0),
      drills: 0,
    };
    for (const node of sums) node.textContent = counted[node.dataset.sum];
  };
  const calm = { mark: "normal", mark_words: { zh: page.dataset.normal, en: page.dataset.normal } };
  let asked = 0;
  const ask = async () => {
    past = input.value !== "0";
    label();
    const mine = (asked += 1);
    if (!past) {
      held.forEach(show);
      if (at_first) sums.forEach((node, place) => { node.textContent = at_first[place]; });
      else sum([...held.values()]);
      tell("city-at", null);
      return;
    }
    const scenario = new URLSearchParams(query);
    scenario.delete("time");
    const answer = await fetch(`/api/v1/facilities/at?${scenario}&time=${hour(Number(input.value))}`);
    if (mine !== asked) return;
    if (!answer.ok) {
      say((await answer.json().catch(() => ({}))).detail ?? page.dataset.lost);
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
