// Maps of the pages: a place chosen on one (beside a field that holds it), drawn without anything from outside. Whoever
// cannot see a map has the field, which says the same.
const here = document.currentScript?.dataset ?? document.querySelector("script[data-maplibre]").dataset;

const lines = (center) => {
  const features = [];
  const line = (coordinates) =>
    features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  const [lon, lat] = center.map((degrees) => Math.round(degrees * 10) / 10);
  for (let step = -30; step <= 30; step += 1) {
    const [x, y] = [lon + step / 10, lat + step / 10];
    line([[x, lat - 3], [x, lat + 3]]);
    line([[lon - 3, y], [lon + 3, y]]);
  }
  return { type: "FeatureCollection", features };
};

// What the city brings beneath: lines and areas (GeoJSON), and tiles (PMTiles) with the layers of OpenMapTiles or Protomaps.
const paper = { id: "ground", type: "background", paint: { "background-color": "#f2f5f3" } };

// Layers of tiles by what they are called, from the ground up: what is drawn, its colour, and a width by zoom.
const wide = (least, most) => ["interpolate", ["exponential", 1.5], ["zoom"], 6, least, 18, most];
const name = ["coalesce", ["get", "name:zh-Hans"], ["get", "name:zh"], ["get", "name"]];
const road = (grades) => ["match", ["coalesce", ["get", "kind"], ["get", "class"], ""], ["highway", "motorway", "trunk"], grades[0], ["major_road", "primary", "secondary", "tertiary"], grades[1], grades[2]];
const tiled = [
  ["earth", "fill", { "fill-color": "#f2f5f3" }],
  ["landcover", "fill", { "fill-color": "#e3ece2", "fill-opacity": 0.7 }],
  ["landuse", "fill", { "fill-color": "#e6ebe2", "fill-opacity": 0.7 }],
  ["park", "fill", { "fill-color": "#dbe9d8" }],
  ["water", "fill", { "fill-color": "#cfe0ea" }],
  ["water", "line", { "line-color": "#a9c7d8", "line-width": wide(0.4, 3) }, ["==", ["geometry-type"], "LineString"]],
  ["waterway", "line", { "line-color": "#a9c7d8", "line-width": wide(0.5, 4) }],
  ["buildings", "fill", { "fill-color": "#e0ded8" }],
  ["building", "fill", { "fill-color": "#e0ded8" }],
  ...["roads", "transportation"].map((layer) => [layer, "line", { "line-color": "#ffffff", "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 6, road([1.6, 1, 0.4]), 18, road([20, 15, 9])] }]),
  ...["roads", "transportation"].map((layer) => [layer, "line", { "line-color": road(["#c9a66b", "#b9bdb2", "#d3d6d0"]), "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 6, road([1, 0.6, 0.2]), 18, road([14, 10, 6])] }]),
  ...["boundaries", "boundary"].map((layer) => [layer, "line", { "line-color": "#8d86a0", "line-width": 1, "line-dasharray": [4, 2] }]),
].map(([layer, type, paint, filter]) => ({ layer, type, paint, filter: filter ?? ["==", ["geometry-type"], type === "fill" ? "Polygon" : "LineString"] }));
const labelled = ["places", "place"].map((layer) => ({
  layer, type: "symbol", filter: ["==", ["geometry-type"], "Point"],
  // Letters are drawn from the reader's own fonts: none are fetched.
  layout: { "text-field": name, "text-font": ["sans-serif"], "text-size": ["interpolate", ["linear"], ["zoom"], 6, 11, 16, 15], "text-max-width": 8 },
  paint: { "text-color": "#414b46", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
}));

const script = (address) => new Promise((done, failed) => {
  const node = document.createElement("script");
  node.src = address;
  node.onload = done;
  node.onerror = () => failed(new Error(address));
  document.head.append(node);
});

// The tiles beneath a map as a source with its layers; none when the city has none, or they cannot be read.
async function tilesOf({ tiles }, addProtocol) {
  if (!tiles || !here.pmtiles) return null;
  try {
    await script(here.pmtiles);
    const { PMTiles, Protocol } = window.pmtiles;
    const protocol = new Protocol();
    addProtocol("pmtiles", protocol.tile);
    const archive = new PMTiles(new URL(tiles, location.href).href);
    protocol.add(archive);
    const [header, about] = [await archive.getHeader(), await archive.getMetadata()];
    const source = { type: header.tileType === 1 ? "vector" : "raster", url: `pmtiles://${archive.source.getKey()}` };
    // What is written of where they come from is shown as text: its tags would be somebody else's page.
    const credit = new DOMParser().parseFromString(String(about?.attribution ?? ""), "text/html").body.textContent.trim();
    if (source.type === "raster") return { source: { ...source, tileSize: 256 }, layers: [{ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.5 } }], credit };
    const told = Array.isArray(about?.vector_layers) ? new Set(about.vector_layers.map((layer) => layer.id)) : null;
    const known = [...tiled, ...labelled].filter(({ layer }) => !told || told.has(layer));
    const layers = known.map(({ layer, ...rest }, place) => ({ id: `tiles-${place}`, source: "tiles", "source-layer": layer, ...rest }));
    return { source, layers, credit };
  } catch (why) {
    console.warn("the tiles of the map cannot be read", why);
    return null;
  }
}

const style = (center, base, tiles) => ({
  version: 8,
  sources: {
    grid: { type: "geojson", data: lines(center) },
    ...(tiles ? { tiles: tiles.source } : {}),
    ...(base ? { base: { type: "geojson", data: base } } : {}),
  },
  layers: [
    paper,
    { id: "grid", type: "line", source: "grid", paint: { "line-color": "#d5dcd8", "line-width": 1 } },
    ...(tiles?.layers ?? []),
    ...(base
      ? [
          { id: "base-area", type: "fill", source: "base", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#e6eee9", "fill-opacity": tiles ? 0.25 : 1 } },
          { id: "base-line", type: "line", source: "base", paint: { "line-color": "#8aa39a", "line-width": 1.2 } },
        ]
      : []),
  ],
});

// Where the tiles come from, beneath the map.
const credit = (box, tiles) => {
  if (!tiles?.credit) return;
  const line = document.createElement("p");
  line.className = "meta map-credit";
  line.textContent = tiles.credit;
  box.after(line);
};

const read = (text) => {
  const parts = text.split(/[,，\s]+/).filter(Boolean).map(Number);
  return parts.length === 2 && parts.every(Number.isFinite) ? parts : null;
};

const pickers = document.querySelectorAll("[data-map-for]");
// Their room is made before anything is drawn: nothing moves away under a finger later.
for (const box of pickers) {
  box.hidden = false;
  box.nextElementSibling.hidden = false;
}
if (pickers.length) {
  const { Map, Marker, NavigationControl, addProtocol, setWorkerUrl } = await import(here.maplibre);
  setWorkerUrl(here.worker);
  const tiles = await tilesOf(pickers[0].dataset, addProtocol);
  for (const box of pickers) {
    const field = document.getElementById(box.dataset.mapFor);
    const center = read(field.value) ?? read(box.dataset.center) ?? [104, 35];
    const start = () => {
      const map = new Map({
        container: box,
        style: style(center, box.dataset.base || null, tiles),
        center,
        zoom: box.dataset.center || field.value ? 12 : 3.5,
        attributionControl: false,
        cooperativeGestures: true,
        locale: locale(),
      });
      credit(box, tiles);
      map.addControl(new NavigationControl({ showCompass: false }));
      let marker = null;
      const show = (point, follow) => {
        marker?.remove();
        marker = point && new Marker({ color: "#0b4f6c" }).setLngLat(point).addTo(map);
        if (point && follow) map.easeTo({ center: point, duration: 0 });
      };
      show(read(field.value));
      map.on("click", ({ lngLat }) => {
        field.value = `${lngLat.lng.toFixed(6)}, ${lngLat.lat.toFixed(6)}`;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
      field.addEventListener("change", () => show(read(field.value), true));
      map.on("load", () => { box.dataset.ready = "1"; });
    };
    // A map in what is folded away has no size: it is made when it is unfolded.
    const folded = box.closest("details:not([open])");
    const tried = () => {
      try {
        start();
      } catch {
        // Without graphics there is no map; the field says the same.
        box.hidden = box.nextElementSibling.hidden = true;
      }
    };
    if (folded) folded.addEventListener("toggle", tried, { once: true });
    else tried();
  }
}

// What the library itself says, in the page's language.
function locale() {
  const { zoomIn, zoomOut, close, title, scroll, scrollMac, fingers } = document.querySelector("[data-map-words]").dataset;
  return {
    "NavigationControl.ZoomIn": zoomIn, "NavigationControl.ZoomOut": zoomOut, "Popup.Close": close, "Map.Title": title,
    "Marker.Title": title, "CooperativeGesturesHandler.WindowsHelpText": scroll, "CooperativeGesturesHandler.MacHelpText": scrollMac,
    "CooperativeGesturesHandler.MobileHelpText": fingers,
  };
}

// The map of the city's facilities. Each is marked by shape and colour, and by a flag beside it where somebody is sent to it;
// the list beside the map says the same in words.
const city = document.querySelector("[data-city-map]");
if (city) await drawCity(city);

async function drawCity(box) {
  const { Map: Chart, NavigationControl, Popup, addProtocol, setWorkerUrl, LngLatBounds } = await import(here.maplibre);
  setWorkerUrl(here.worker);
  const page = box.closest("[data-city]");
  const words = page.dataset;
  const word = (two) => (words.lang === "en" ? two.en : two.zh);
  const colours = {
    unacknowledged: "#b3261e", acknowledged: "#8a5300", "returned-unacknowledged": "#1a56b0", shelved: "#56606c",
    "out-of-service": "#56606c", silent: "#56606c", normal: "#1c6b39", order: "#0b4f6c", "order-over": "#b3261e", drill: "#6b3fa0",
  };
  // The shapes are those of the list.
  const image = (sign) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 44;
    const draw = canvas.getContext("2d");
    draw.scale(2.4, 2.4);
    draw.translate(1.2, 1.2);
    const shape = new Path2D(document.querySelector(`#fmark-${sign} path`).getAttribute("d"));
    draw.lineWidth = 2;
    draw.strokeStyle = "#fff";
    draw.stroke(shape);
    draw.fillStyle = colours[sign];
    draw.fill(shape, "evenodd");
    return draw.getImageData(0, 0, 44, 44);
  };
  const middle = ({ type, coordinates }) => {
    if (type === "Point") return coordinates;
    const points = type === "LineString" ? coordinates : coordinates[0];
    const mean = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    return type === "LineString" ? points[Math.floor(points.length / 2)] : [mean(0), mean(1)];
  };
  // The map is given all facilities and shows those the form asks for, so that one that comes to be asked for appears.
  const query = new URLSearchParams(words.query);
  const asked = ["alarm", "order", "silent"].filter((flag) => query.get(flag) === "1");
  for (const flag of ["time", "alarm", "order", "silent"]) query.delete(flag);
  const only = words.one;
  const alarms = new Set(["unacknowledged", "acknowledged", "returned-unacknowledged"]);
  const facilities = new Map();
  let features = [];
  let past = null;
  const now = (id) => facilities.get(id);
  const at = (id) => (past ? past.get(id) : now(id)) ?? { mark: "normal" };
  const is = {
    alarm: (id) => alarms.has(at(id).mark),
    order: (id) => Boolean(at(id).orders?.length),
    silent: (id) => at(id).mark === "silent",
  };
  const shown = (id) => (!only || id === only) && (!asked.length || asked.some((flag) => is[flag](id)));
  const load = async () => {
    const answer = await fetch(`/api/v1/facilities.geojson?${query}`);
    if (!answer.ok) return;
    features = (await answer.json()).features;
    facilities.clear();
    for (const { properties } of features) facilities.set(properties.id, properties);
  };
  const [, tiles] = await Promise.all([load(), tilesOf(box.dataset, addProtocol)]);
  const places = new Map(features.map(({ geometry, properties: { id } }) => [id, middle(geometry)]));
  box.hidden = false;
  const text = box.dataset.center.split(/[,，\s]+/).filter(Boolean).map(Number);
  const first = features[0] && middle(features[0].geometry);
  const center = text.length === 2 ? text : first ?? [104, 35];
  const map = new Chart({ container: box, style: style(center, box.dataset.base || null, tiles), center, zoom: 11, attributionControl: false, cooperativeGestures: true, locale: locale() });
  map.addControl(new NavigationControl({ showCompass: false }));
  credit(box, tiles);
  const collection = (list) => ({ type: "FeatureCollection", features: list });
  const marks = () => collection(features.filter(({ properties: { id } }) => shown(id)).map(({ geometry, properties: { id } }) => {
    const { mark, order_mark: flag } = at(id);
    return { type: "Feature", geometry: { type: "Point", coordinates: middle(geometry) }, properties: { id, mark, ...(flag ? { flag } : {}) } };
  }));
  const bodies = () => collection(features.filter(({ geometry, properties: { id } }) => geometry.type !== "Point" && shown(id)).map(({ geometry, properties: { id } }) => ({ type: "Feature", geometry, properties: { id } })));
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const content = (id) => {
    const facility = now(id);
    const node = make("div", undefined, "city-popup");
    const link = make("a", word(facility.name));
    link.href = `/facilities/${encodeURIComponent(id)}`;
    const head = make("p");
    head.append(link);
    if (facility.simulated) head.append(" ", make("span", words.simulated, "tag sim"));
    const then = at(id);
    node.append(head, make("p", [word(facility.type_name), then.mark_words && word(then.mark_words)].filter(Boolean).join(" · "), "meta"));
    for (const order of then.orders ?? []) node.append(window.cityOrder(order, word));
    const lines = past
      ? (past.get(id)?.values ?? []).map((v) => `${v.name} ${v.value} ${v.unit}`)
      : facility.values.length === 0
      ? (facility.stated ?? []).map((v) => `${word(v.name)} ${word(v.said)} ${word(v.unit)}`)
      : facility.values.map((v) => `${word(v.name)} ${word(v.said)} ${word(v.unit)} · ${v.time.slice(0, 19).replace("T", " ")} · ${word(v.quality)}`);
    for (const line of lines.length ? lines : [words.none]) node.append(make("p", line));
    return node;
  };
  let popup = null;
  // A popup is written anew only when it says something else, so that a link in it can be reached.
  const say = () => {
    const node = content(popup.facility);
    if (node.textContent !== popup.said) {
      popup.said = node.textContent;
      popup.setDOMContent(node);
    }
  };
  const draw = () => {
    map.getSource("facilities")?.setData(marks());
    map.getSource("bodies")?.setData(bodies());
    if (popup?.isOpen() && facilities.has(popup.facility)) say();
  };
  let due = 0;
  const redraw = () => { due ||= requestAnimationFrame(() => { due = 0; draw(); }); };
  const open = (id, focus, anchor) => {
    popup?.remove();
    popup = new Popup({ maxWidth: "20rem", offset: 24, focusAfterOpen: focus, ...(anchor ? { anchor } : {}) }).setLngLat(places.get(id)).addTo(map);
    popup.facility = id;
    say();
  };
  // What is drawn in the part of the city that is seen: counted from the map itself.
  const seen = page.querySelector(".city-seen");
  const count = () => {
    const drawn = (layer) => new Map(map.queryRenderedFeatures({ layers: [layer] }).map(({ properties }) => [properties.id, properties]));
    const [all, flags] = [drawn("facilities"), [...drawn("flags").keys()]];
    const orders = flags.flatMap((id) => at(id).orders ?? []);
    const sums = {
      facilities: all.size,
      alarms: [...all.values()].filter(({ mark }) => alarms.has(mark)).length,
      orders: orders.filter(({ mark }) => mark !== "drill").length,
      drills: orders.filter(({ mark }) => mark === "drill").length,
    };
    for (const node of seen.querySelectorAll("[data-seen]")) node.textContent = sums[node.dataset.seen];
    seen.hidden = false;
  };
  map.on("load", () => {
    for (const sign of Object.keys(colours)) map.addImage(sign, image(sign), { pixelRatio: 2 });
    map.addSource("bodies", { type: "geojson", data: bodies() });
    map.addSource("facilities", { type: "geojson", data: marks() });
    map.addLayer({ id: "areas", type: "fill", source: "bodies", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#1a56b0", "fill-opacity": 0.12 } });
    map.addLayer({ id: "lines", type: "line", source: "bodies", paint: { "line-color": "#1a56b0", "line-width": 2 } });
    // From far away the many that are normal step back; what needs somebody keeps its size and lies on top.
    const calm = ["match", ["get", "mark"], ["normal", "silent"], 0.4, 1];
    map.addLayer({ id: "facilities", type: "symbol", source: "facilities", layout: {
      "icon-image": ["get", "mark"], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 10, calm, 13, 1],
      "symbol-sort-key": ["match", ["get", "mark"], "unacknowledged", 3, "acknowledged", 2, "normal", 0, 1] } });
    map.addLayer({ id: "flags", type: "symbol", source: "facilities", filter: ["has", "flag"], layout: {
      "icon-image": ["get", "flag"], "icon-allow-overlap": true, "icon-anchor": "bottom-left", "icon-offset": [3, -2],
      "symbol-sort-key": ["match", ["get", "flag"], "order-over", 2, "order", 1, 0] } });
    const there = features.filter(({ properties: { id } }) => shown(id));
    if (there.length > 1) {
      const bounds = there.reduce((all, { geometry }) => all.extend(middle(geometry)), new LngLatBounds());
      map.fitBounds(bounds, { padding: 48, maxZoom: 14, duration: 0 });
    } else if (there.length) {
      map.jumpTo({ center: middle(there[0].geometry), zoom: 14 });
    }
    // A flag lies on top; its facility is meant.
    map.on("click", (event) => {
      const [hit] = map.queryRenderedFeatures(event.point, { layers: ["flags", "facilities"] });
      if (hit) open(hit.properties.id, true);
    });
    for (const layer of ["flags", "facilities"]) for (const [event, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]]) map.on(event, layer, () => { map.getCanvas().style.cursor = cursor; });
    map.on("idle", () => {
      count();
      // Whether there is anything of the tiles here is looked for once.
      if (tiles && !box.dataset.drawnTiles) box.dataset.drawnTiles = map.queryRenderedFeatures({ layers: tiles.layers.map(({ id }) => id) }).length || "";
      box.dataset.ready = "1";
    });
  });
  document.addEventListener("city-facilities", ({ detail }) => {
    for (const facility of detail) if (facilities.has(facility.id)) facilities.set(facility.id, facility);
    redraw();
  });
  document.addEventListener("city-reload", async () => {
    await load();
    for (const { geometry, properties: { id } } of features) places.set(id, middle(geometry));
    offer();
    redraw();
  });
  document.addEventListener("city-at", ({ detail }) => { past = detail; redraw(); });
  document.dispatchEvent(new CustomEvent("city-map"));
  // From the list to the map and back: the row's button shows it there, closing the popup leads back.
  const offer = () => { for (const button of page.querySelectorAll("[data-show]")) button.hidden = !places.has(button.dataset.show); };
  offer();
  document.addEventListener("city-list", offer);
  page.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-show]")?.dataset.show;
    if (!id || !places.has(id)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    // Below the middle, so that there is room for what is said above it.
    map.easeTo({ center: places.get(id), offset: [0, box.clientHeight / 4], zoom: Math.max(map.getZoom(), 14), duration: calm ? 0 : 400 });
    open(id, true, "bottom");
    popup.once("close", () => {
      if (document.activeElement === document.body || box.contains(document.activeElement)) page.querySelector(`[data-show="${CSS.escape(id)}"]`)?.focus();
    });
  });
}
