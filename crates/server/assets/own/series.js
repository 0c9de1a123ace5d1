// Draws the course of each property of a facility from the numbers of its page; the table under it says the same. Times
// are the city's wall clock, so they are shown as if they were UTC.
"use strict";

(() => {
  if (!window.echarts) return;
  for (const box of document.querySelectorAll("[data-series]")) {
    const { points: told, band, from, to } = JSON.parse(box.dataset.series);
    const points = told.map(([time, values]) => [time, ...values]);
    const { unit, lang } = box.dataset;
    const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 3 });
    const size = document.documentElement.classList.contains("large") ? 16 : 13;
    const color = "#1a56b0";
    const line = (name, pick, more) => ({ name, type: "line", data: points.map((p) => [p[0], p[1] === null ? null : pick(p)]), symbol: "none", connectNulls: false, color, itemStyle: { color }, ...more });
    // A value with nothing on either side would be no line at all.
    const alone = (at) => points[at][1] !== null && (points[at - 1]?.[1] ?? null) === null && (points[at + 1]?.[1] ?? null) === null;
    const series = [line(box.dataset.mean, (p) => p[1], { symbol: (value, { dataIndex }) => (alone(dataIndex) ? "circle" : "none"), symbolSize: 6, showAllSymbol: true, lineStyle: { width: 2, color } })];
    if (band) {
      series.push(
        line("least", (p) => p[2], { stack: "band", stackStrategy: "all", lineStyle: { opacity: 0 } }),
        line(box.dataset.band, (p) => p[3] - p[2], { stack: "band", stackStrategy: "all", lineStyle: { opacity: 0 }, areaStyle: { color, opacity: 0.16 } }),
      );
    }
    box.hidden = false;
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { fontSize: size, color: "#1b2430" }, data: [box.dataset.mean, ...(band ? [{ name: box.dataset.band, icon: "rect" }] : [])] },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        formatter: (rows) => {
          const p = points[rows[0]?.dataIndex];
          if (!p || p[1] === null) return "";
          const time = new Date(p[0]).toISOString().slice(0, 16).replace("T", " ");
          const spread = band ? ` (${number.format(p[2])} – ${number.format(p[3])})` : "";
          return `${time}\n${number.format(p[1])}${spread} ${unit}`;
        },
      },
      xAxis: { type: "time", min: from, max: to, axisLabel: { hideOverlap: true, fontSize: size, color: "#55606e", formatter: { year: "{yyyy}", month: "{M}-{d}", day: "{M}-{d}", hour: "{HH}:{mm}" } } },
      yAxis: { type: "value", scale: true, name: unit, nameTextStyle: { fontSize: size, color: "#55606e", align: "left" }, axisLabel: { fontSize: size, color: "#55606e" } },
      series,
    });
    addEventListener("resize", () => chart.resize());
  }
})();
