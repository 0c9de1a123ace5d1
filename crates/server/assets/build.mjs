// Copies what the pages need from others out of node_modules into vendor/, where the server's build embeds it.
import { copyFileSync, mkdirSync } from "node:fs";

const here = new URL(".", import.meta.url);
const files = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "echarts/dist/echarts.common.min.js": "echarts.min.js",
  "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
  "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
  "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
  "pmtiles/dist/pmtiles.js": "pmtiles.js",
};
mkdirSync(new URL("vendor/", here), { recursive: true });
for (const [from, to] of Object.entries(files)) {
  copyFileSync(new URL(`node_modules/${from}`, here), new URL(`vendor/${to}`, here));
}
