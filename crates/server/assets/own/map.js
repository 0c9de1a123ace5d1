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

const style = (center, base) => ({
  version: 8,
  sources: {
    grid: { type: "geojson", data: lines(center) },
    ...(base ? { base: { type: "geojson", data: base } } : {}),
  },
  layers: [
    { id: "ground", type: "background", paint: { "background-color": "#f2f5f3" } },
    { id: "grid", type: "line", source: "grid", paint: { "line-color": "#d5dcd8", "line-width": 1 } },
    ...(base
      ? [
          { id: "base-area", type: "fill", source: "base", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#e6eee9" } },
          { id: "base-line", type: "line", source: "base", paint: { "line-color": "#8aa39a", "line-width": 1.2 } },
        ]
      : []),
  ],
});

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
  const { Map, Marker, NavigationControl, setWorkerUrl } = await import(here.maplibre);
  setWorkerUrl(here.worker);
  for (const box of pickers) {
    const field = document.getElementById(box.dataset.mapFor);
    const center = read(field.value) ?? read(box.dataset.center) ?? [104, 35];
    const start = () => {
      const map = new Map({
        container: box,
        style: style(center, box.dataset.base || null),
        center,
        zoom: box.dataset.center || field.value ? 12 : 3.5,
        attributionControl: false,
        cooperativeGestures: true,
      });
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

// The map of the city's facilities. Each is marked by shape and colour; the list beside the map says the same in words.
const city = document.querySelector("[data-city-map]");
if (city) await drawCity(city);

async function drawCity(box) {
  const { Map: Chart, NavigationControl, Popup, setWorkerUrl, LngLatBounds } = await import(here.maplibre);
  setWorkerUrl(here.worker);
  const words = box.closest("[data-city]").dataset;
  const word = (two) => (words.lang === "en" ? two.en : two.zh);
  const shapes = {
    unacknowledged: ["#b3261e", "M8 1 15.5 14.5H.5z"],
    acknowledged: ["#8a5300", "M8 .5 15.5 8 8 15.5.5 8z"],
    "returned-unacknowledged": ["#1a56b0", "M2 2h12v12H2z"],
    shelved: ["#56606c", "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"],
    "out-of-service": ["#56606c", "M1 6h14v4H1z"],
    silent: ["#56606c", "m3.4 1 4.6 4.6L12.600 1 15 3.400 10.400 8l4.600 4.600-2.400 2.400L8 10.400 3.400 15 1 12.600 5.600 8 1 3.400z"],
    normal: ["#1c6b39", "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z"],
  };
  const image = ([color, path]) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 44;
    const draw = canvas.getContext("2d");
    draw.scale(2.4, 2.4);
    draw.translate(1.2, 1.2);
    const shape = new Path2D(path);
    draw.lineWidth = 2;
    draw.strokeStyle = "#fff";
    draw.stroke(shape);
    draw.fillStyle = color;
    draw.fill(shape, "evenodd");
    return draw.getImageData(0, 0, 44, 44);
  };
  const middle = ({ type, coordinates }) => {
    if (type === "Point") return coordinates;
    const points = type === "LineString" ? coordinates : coordinates[0];
    const mean = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    return type === "LineString" ? points[Math.floor(points.length / 2)] : [mean(0), mean(1)];
  };
  const query = new URLSearchParams(words.query);
  query.delete("time");
  const facilities = new Map();
  let features = [];
  let past = null;
  const load = async () => {
    const answer = await fetch(`/api/v1/facilities.geojson?${query}`);
    if (!answer.ok) return;
    features = (await answer.json()).features;
    facilities.clear();
    for (const { properties } of features) facilities.set(properties.id, properties);
  };
  await load();
  box.hidden = false;
  const text = box.dataset.center.split(/[,，\s]+/).filter(Boolean).map(Number);
  const center = text.length === 2 ? text : (features[0] && middle(features[0].geometry)) ?? [104, 35];
  const map = new Chart({ container: box, style: style(center, box.dataset.base || null), center, zoom: 11, attributionControl: false, cooperativeGestures: true });
  map.addControl(new NavigationControl({ showCompass: false }));
  const collection = (list) => ({ type: "FeatureCollection", features: list });
  const marks = () => collection(features.map(({ geometry, properties: { id } }) => ({ type: "Feature", geometry: { type: "Point", coordinates: middle(geometry) }, properties: { id, mark: facilities.get(id)?.mark ?? "normal" } })));
  const bodies = () => collection(features.filter(({ geometry }) => geometry.type !== "Point").map(({ geometry, properties: { id } }) => ({ type: "Feature", geometry, properties: { id } })));
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const content = (id) => {
    const facility = facilities.get(id);
    const node = make("div", undefined, "city-popup");
    const link = make("a", word(facility.name));
    link.href = `/facilities/${encodeURIComponent(id)}`;
    const head = make("p");
    head.append(link);
    if (facility.simulated) head.append(" ", make("span", words.simulated, "tag sim"));
    node.append(head, make("p", `${word(facility.type_name)} · ${word(facility.mark_words)}`, "meta"));
    const lines = past
      ? (past.get(id) ?? []).map((v) => `${v.name} ${v.value} ${v.unit}`)
      : facility.values.map((v) => `${word(v.name)} ${word(v.said)} ${word(v.unit)} · ${v.time.slice(0, 19).replace("T", " ")} · ${word(v.quality)}`);
    for (const line of lines.length ? lines : [words.none]) node.append(make("p", line));
    return node;
  };
  let popup = null;
  const draw = () => {
    map.getSource("facilities")?.setData(marks());
    map.getSource("bodies")?.setData(bodies());
    if (popup?.isOpen() && facilities.has(popup.facility)) popup.setDOMContent(content(popup.facility));
  };
  map.on("load", () => {
    for (const [name, shape] of Object.entries(shapes)) map.addImage(name, image(shape), { pixelRatio: 2 });
    map.addSource("bodies", { type: "geojson", data: bodies() });
    map.addSource("facilities", { type: "geojson", data: marks() });
    map.addLayer({ id: "areas", type: "fill", source: "bodies", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#1a56b0", "fill-opacity": 0.12 } });
    map.addLayer({ id: "lines", type: "line", source: "bodies", paint: { "line-color": "#1a56b0", "line-width": 2 } });
    map.addLayer({ id: "facilities", type: "symbol", source: "facilities", layout: { "icon-image": ["get", "mark"], "icon-allow-overlap": true, "symbol-sort-key": ["match", ["get", "mark"], "unacknowledged", 3, "acknowledged", 2, "normal", 0, 1] } });
    if (features.length > 1) {
      const bounds = features.reduce((all, { geometry }) => all.extend(middle(geometry)), new LngLatBounds());
      map.fitBounds(bounds, { padding: 48, maxZoom: 14, duration: 0 });
    }
    map.on("click", "facilities", ({ features: [hit] }) => {
      const { id } = hit.properties;
      popup?.remove();
      popup = new Popup({ maxWidth: "20rem" }).setLngLat(hit.geometry.coordinates).setDOMContent(content(id)).addTo(map);
      popup.facility = id;
    });
    for (const [event, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]]) map.on(event, "facilities", () => { map.getCanvas().style.cursor = cursor; });
    box.dataset.ready = "1";
  });
  document.addEventListener("city-facilities", ({ detail }) => {
    for (const facility of detail) if (facilities.has(facility.id)) facilities.set(facility.id, facility);
    draw();
  });
  document.addEventListener("city-reload", async () => { await load(); draw(); });
  document.addEventListener("city-at", ({ detail }) => { past = detail; draw(); });
}
