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
if (pickers.length) {
  const { Map, Marker, NavigationControl, setWorkerUrl } = await import(here.maplibre);
  setWorkerUrl(here.worker);
  for (const box of pickers) {
    const field = document.getElementById(box.dataset.mapFor);
    const center = read(field.value) ?? read(box.dataset.center) ?? [104, 35];
    const start = () => {
      box.hidden = false;
      box.nextElementSibling.hidden = false;
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
    if (folded) folded.addEventListener("toggle", start, { once: true });
    else start();
  }
}
