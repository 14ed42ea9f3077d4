// Draws the charts from the figures beside them, and keeps what renews itself quiet in a hidden tab.

const live = document.querySelector("#live");
const drawn = new Map();
const TONES = { Delivered: "--accent", "Not delivered": "--bad", "95 of 100 within": "--waiting" };

const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const bars = uPlot.paths.bars({ size: [0.72, 44], radius: 0.12 });

function inWords(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms === 0) return "0";
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1000} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 6000) / 10} min`;
  if (ms < 86_400_000) return `${Math.round(ms / 360_000) / 10} h`;
  return `${Math.round(ms / 8_640_000) / 10} d`;
}

function labels(figures) {
  const as = figures.step === "hour" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat("en-GB", { ...as, timeZone: figures.zone });
  return (seconds) => format.format(new Date(seconds * 1000));
}

// Bars stand on each other: the sum is drawn first, then what it stands on.
function columns(figures) {
  const [first, ...rest] = figures.series.map(([, values]) => values);
  if (figures.kind !== "bars") return [figures.at, first];
  return [figures.at, first.map((value, at) => rest.reduce((sum, values) => sum + values[at], value)), first];
}

function options(figures, width) {
  const line = { stroke: tone("--line"), width: 1 };
  const axis = { stroke: tone("--ink-2"), font: "12px system-ui, sans-serif", ticks: { ...line, size: 4 } };
  const label = labels(figures);
  const step = figures.step === "hour" ? 3600 : 86_400;
  const said = figures.unit === "ms" ? inWords : (value) => value.toLocaleString("en");
  const names = figures.series.map(([name]) => name);
  const shown = figures.kind === "bars" ? [names[1], names[0]] : names;
  return {
    width,
    height: 190,
    padding: [10, 8, 0, 0],
    cursor: { y: false, points: { show: figures.kind !== "bars" }, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: true, range: (_, first, last) => [first - step / 2, last + step / 2] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, figures.unit === "ms" ? 1000 : 4)] } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), figures.zone),
    axes: [
      { ...axis, grid: { show: false }, size: 30, space: 52, values: (_, splits) => splits.map(label) },
      {
        ...axis, grid: line, size: 58,
        incrs: figures.unit === "ms" ? undefined : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
        values: (_, splits) => splits.map(said),
      },
    ],
    series: [
      {},
      ...shown.map((name) => figures.kind === "bars"
        ? { label: name, fill: tone(TONES[name]), stroke: tone(TONES[name]), width: 0, paths: bars, points: { show: false } }
        : { label: name, stroke: tone(TONES[name]), width: 2, spanGaps: true, points: { size: 5, fill: tone(TONES[name]) } }),
    ],
    plugins: [hint(figures, label, said)],
  };
}

// What the figures under the pointer are.
function hint(figures, label, said) {
  const box = document.createElement("div");
  box.className = "chart-hint";
  box.hidden = true;
  return {
    hooks: {
      init: (chart) => chart.over.append(box),
      setCursor: (chart) => {
        const { idx, left } = chart.cursor;
        box.hidden = idx === null || idx === undefined || left < 0;
        if (box.hidden) return;
        const values = chart.figures.series.map(([name, all]) => `${name} ${all[idx] === null ? "–" : said(all[idx])}`);
        box.textContent = [label(chart.figures.at[idx]), ...values].join(" · ");
        const room = chart.over.clientWidth - box.offsetWidth;
        box.style.left = `${Math.max(0, Math.min(left - box.offsetWidth / 2, room))}px`;
      },
    },
  };
}

function draw(afresh) {
  for (const holder of document.querySelectorAll("[data-chart]")) {
    const figures = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
    const words = holder.closest(".chart").querySelector(".words").textContent;
    holder.setAttribute("aria-label", words);
    holder.hidden = false;
    const known = drawn.get(holder);
    if (known && !afresh) {
      known.figures = figures;
      known.setData(columns(figures));
      continue;
    }
    known?.destroy();
    const chart = new uPlot(options(figures, holder.clientWidth), columns(figures), holder);
    chart.figures = figures;
    drawn.set(holder, chart);
  }
}

// Details that were open stay open when the figures around them are renewed.
let open = [];
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target === live) event.preventDefault();
});
document.addEventListener("htmx:before:swap", (event) => {
  const { response } = event.detail.ctx;
  if (response && response.status >= 400) {
    event.preventDefault();
    live.dataset.lost = "yes";
    return;
  }
  open = [...live.querySelectorAll("details[open]")].map((one) => one.id);
});
document.addEventListener("htmx:after:swap", () => {
  delete live.dataset.lost;
  for (const id of open) live.querySelector(`#${id}`)?.setAttribute("open", "");
  draw(false);
});
for (const trouble of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(trouble, () => { live.dataset.lost = "yes"; });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) live.dispatchEvent(new Event("wake"));
});

draw(false);
new MutationObserver(() => draw(true)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
new ResizeObserver(() => {
  for (const [holder, chart] of drawn) chart.setSize({ width: holder.clientWidth, height: 190 });
}).observe(live);
// A country that is chosen is shown at once; the button is for who has no script.
const country = document.querySelector("#country");
if (country) {
  country.form.classList.add("at-once");
  country.addEventListener("change", () => country.form.submit());
}
