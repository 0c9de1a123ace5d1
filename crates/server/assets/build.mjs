// Copies what the pages need from others out of node_modules into vendor/, where the server's build embeds it.
import { copyFileSync, mkdirSync } from "node:fs";

const here = new URL(".", import.meta.url);
const files = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "echarts/dist/echarts.common.min.js": "echarts.min.js",
};
mkdirSync(new URL("vendor/", here), { recursive: true });
for (const [from, to] of Object.entries(files)) {
  copyFileSync(new URL(`node_modules/${from}`, here), new URL(`vendor/${to}`, here));
}
