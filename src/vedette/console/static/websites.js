// The chart of websites (requests a minute as an area, refusals as bars over it), and reports
// that come while one looks.
"use strict";
(() => {
  let chart = null;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function draw() {
    const box = document.getElementById("course");
    const data = document.getElementById("course-data");
    chart?.destroy();
    chart = null;
    if (!box || !data || !window.uPlot) return;
    const columns = JSON.parse(data.textContent);
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const bars = uPlot.paths.bars({ size: [0.7, 24] });
    const { time, zone } = document.documentElement.dataset;
    const moment = (seconds) => {
      const date = new Date(seconds * 1000);
      return time === "browser" ? date : uPlot.tzDate(date, time === "site" ? zone : "Etc/UTC");
    };
    const long = columns[0].at(-1) - columns[0][0] > 2 * 86400;
    const tick = uPlot.fmtDate(long ? "{MM}-{DD}" : "{HH}:{mm}");
    const exact = uPlot.fmtDate("{MM}-{DD} {HH}:{mm}");
    const narrow = box.clientWidth < 480;
    chart = new uPlot({
      width: Math.max(240, box.clientWidth),
      height: 230,
      tzDate: moment,
      cursor: { points: { size: 6 } },
      scales: { r: { range: (u, low, high) => [0, Math.max(1, high * 1.1)] }, n: { range: (u, low, high) => [0, Math.max(4, high * 1.6)] } },
      axes: [
        { ...axis, space: narrow ? 60 : 50, values: (u, ticks) => ticks.map((at) => tick(moment(at))) },
        { ...axis, scale: "r", label: narrow ? undefined : "requests/min", labelSize: 18, size: narrow ? 40 : 56 },
        { ...axis, scale: "n", side: 1, label: narrow ? undefined : "refusals", labelSize: 18, size: narrow ? 36 : 48, grid: { show: false } },
      ],
      series: [
        { label: "Time", value: (u, at) => (at == null ? "" : exact(moment(at))) },
        { label: "Requests/min", scale: "r", stroke: colour("--main"), width: 2, fill: colour("--soft"), points: { show: false } },
        { label: "Would have been refused", scale: "n", stroke: colour("--warn"), width: 2, dash: [5, 3], points: { show: false } },
        { label: "Refused", scale: "n", stroke: colour("--bad"), fill: colour("--bad"), paths: bars, points: { show: false } },
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

  // A report that has come is shown at once, unless somebody is writing.
  function fresh() {
    const panel = document.getElementById("making");
    const page = document.getElementById("web");
    if (!panel || !page || panel.dataset.report === page.dataset.report) return;
    const written = [...page.querySelectorAll("form[method=post] input:not([type=hidden])")]
      .some((field) => (field.type === "checkbox" ? field.checked : field.value !== ""));
    if (!written) location.reload();
    else panel.querySelector(".web-fresh")?.removeAttribute("hidden");
  }
  const page = document.getElementById("web");
  if (page) new MutationObserver(fresh).observe(page, { childList: true });
})();
