// Draws a task's plot from the numbers of its page. The same numbers stand in the table under it.
"use strict";

(() => {
  const band = (words, plot, number) => `${words.band}  ${number.format(Number(plot.forecast.low))} – ${number.format(Number(plot.forecast.high))} ${plot.unit}`;
  for (const box of document.querySelectorAll("[data-plot]")) {
    if (!window.echarts) return;
    const plot = JSON.parse(box.dataset.plot);
    const words = box.dataset;
    const points = (list) => list.map((p) => [p.day, Number(p.value)]);
    const number = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 4 });
    const compact = new Intl.NumberFormat(words.lang, { notation: "compact", maximumFractionDigits: 2 });
    const large = document.documentElement.classList.contains("large");
    const size = large ? 16 : 13;
    const lines = [
      { name: words.path, data: points(plot.path), color: "#56606c", symbol: "none", type: "dashed", width: 2 },
      { name: words.filed, data: points(plot.filed), color: "#1a56b0", symbol: "circle", type: "solid", width: 2.5 },
      { name: words.measured, data: points(plot.measured), color: "#1c6b39", symbol: "diamond", type: "dotted", width: 2.5 },
    ].filter((line) => line.data.length);
    const series = lines.map((line) => ({
      name: line.name, type: "line", data: line.data, symbol: line.symbol, symbolSize: line.symbol === "diamond" ? 11 : 8,
      color: line.color, lineStyle: { type: line.type, width: line.width, color: line.color }, itemStyle: { color: line.color },
    }));
    if (plot.forecast) {
      const { from, to, low, high } = plot.forecast;
      const color = "#6a3fa0";
      const line = (name, data, more) => ({ name, type: "line", data, symbol: "none", color, itemStyle: { color }, ...more });
      lines.push({ name: words.forecast, symbol: "none" }, { name: words.band, symbol: "rect" });
      series.push(
        line(words.forecast, [[from.day, Number(from.value)], [to.day, Number(to.value)]], { lineStyle: { type: [2, 4], width: 2, color } }),
        line("low", [[from.day, Number(from.value)], [to.day, Number(low)]], { stack: "band", lineStyle: { opacity: 0 }, tooltip: { show: false } }),
        line(words.band, [[from.day, 0], [to.day, Number(high) - Number(low)]], { stack: "band", lineStyle: { opacity: 0 }, areaStyle: { color, opacity: 0.14 } }),
      );
    }
    if (plot.target !== null && series.length) {
      series[0].markLine = {
        silent: true, symbol: "none", lineStyle: { color: "#b3261e", type: "solid", width: 1 },
        label: { formatter: `${words.target} ${compact.format(Number(plot.target))}`, position: "insideEndTop", color: "#7d1712", fontSize: size },
        data: [{ yAxis: Number(plot.target) }],
      };
    }
    box.hidden = false;
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size },
      grid: { left: 8, right: 16, top: 58, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { fontSize: size, color: "#1b2430" }, data: lines.map((l) => (l.symbol === "none" ? { name: l.name, icon: "path://M0 4h9v3H0zM14 4h9v3h-9z" } : l.name)) },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        formatter: (rows) => [rows[0].axisValueLabel ?? "", ...rows.filter((r) => r.seriesName !== "low").map((r) => (r.seriesName === words.band ? band(words, plot, number) : `${r.seriesName}  ${number.format(r.value[1])} ${plot.unit}`))].join("\n"),
      },
      xAxis: { type: "time", axisLabel: { hideOverlap: true, fontSize: size, color: "#55606e", formatter: { year: "{yyyy}", month: words.lang === "en" ? "{MMM}" : "{M} 月", day: "{M}-{d}" } } },
      yAxis: {
        type: "value", name: plot.unit, nameTextStyle: { fontSize: size, color: "#55606e", align: "left" }, scale: plot.unit === "%",
        axisLabel: { formatter: (v) => compact.format(v), fontSize: size, color: "#55606e" },
        max: plot.target === null ? null : (range) => Math.max(range.max, Number(plot.target)),
      },
      series,
    });
    addEventListener("resize", () => chart.resize());
  }
})();
