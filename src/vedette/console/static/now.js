// The chart of the first page: events a minute as an area, findings as bars over it.
"use strict";
(() => {
  const box = document.getElementById("activity");
  const data = document.getElementById("activity-data");
  if (!box || !data || !window.uPlot) return;
  const columns = JSON.parse(data.textContent);

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  let chart = null;
  function draw() {
    chart?.destroy();
    const ink = colour("--dim");
    const axis = { stroke: ink, grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const bars = uPlot.paths.bars({ size: [0.7, 24] });
    const { time, zone } = document.documentElement.dataset;
    const moment = (seconds) => {
      const date = new Date(seconds * 1000);
      return time === "browser" ? date : uPlot.tzDate(date, time === "site" ? zone : "Etc/UTC");
    };
    const clock = uPlot.fmtDate("{HH}:{mm}");
    chart = new uPlot({
      width: Math.max(240, box.clientWidth),
      height: 220,
      tzDate: moment,
      cursor: { points: { size: 6 } },
      scales: { n: { range: (u, low, high) => [0, Math.max(4, high * 1.6)] }, e: { range: (u, low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [
        { ...axis, values: (u, ticks) => ticks.map((tick) => clock(moment(tick))) },
        { ...axis, scale: "e", label: "events/min", labelSize: 18, size: 58 },
        { ...axis, scale: "n", side: 1, label: "findings", labelSize: 18, size: 44, grid: { show: false } },
      ],
      series: [
        { label: "Time", value: (u, tick) => (tick == null ? "" : clock(moment(tick))) },
        { label: "Events/min", scale: "e", stroke: colour("--main"), width: 2, fill: colour("--soft"), points: { show: false } },
        { label: "Findings, medium and up", scale: "n", stroke: colour("--bad"), fill: colour("--bad"), paths: bars, points: { show: false } },
        { label: "Lower findings", scale: "n", stroke: colour("--warn"), width: 1, dash: [4, 3], points: { show: false } },
      ],
    }, columns, box);
  }
  draw();
  let later = 0;
  window.addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(draw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
