// The charts of a course: one symptom large, the others small on the same time axis.
// Everything comes from the payload in the page. A day is its number from the first day of the range;
// labels are made from dates in UTC only, so that every browser zone shows the same ones.
// Dots, doses, steps and settling in are drawn by the small plugin below: Chart.js draws axes, line and
// tooltip. It is slow with many markers, and its annotation plugin would add 12 kB for two rectangles.
(() => {
  "use strict";

  const DAY_MS = 864e5;
  const WEEK = 7;
  const LEAST_DAYS = 14; // a new diary gets an axis of two weeks; days to come are small marks on it
  const LINE_ONLY_DAYS = 366; // small charts of longer ranges have no dots
  const WIDE = "(min-width: 64em)"; // as in course.css: from here on the table has a place of its own
  const PRINT_SIZE = { large: [620, 290], small: [290, 104] };
  const PRINT = {
    ink: "#000", ink2: "#000", ink3: "#444", grid: "#ddd", control: "#555", hatch: "#00000077", surface: "#fff", sunken: "#e4e4e4",
    dose0: "#fff", dose1: "#eee", dose2: "#d9d9d9", dose3: "#c4c4c4", "on-dose": "#000",
  };
  const TIMES = { bedtime: "at bedtime", morning: "in the morning", other: "at another time" };

  const root = document.documentElement;
  const course = document.querySelector(".course");
  const table = course.querySelector(".course-days details");
  let charts = [];

  const dayNumber = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;
  // The same words as the table has: a browser's own would say "Sept".
  const monthOf = (date) => "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[date.getUTCMonth()];
  const SHORT = (date) => `${date.getUTCDate()} ${monthOf(date)}`;
  const MONTH = (date) => `${monthOf(date)} ${date.getUTCFullYear()}`;
  const FULL = (date) => `${date.getUTCDate()} ${MONTH(date)}`;

  function timeAxis(payload) {
    const first = dayNumber(payload.firstDay);
    const days = dayNumber(payload.lastDay) - first + 1;
    return {
      days,
      end: Math.max(days, LEAST_DAYS) - 1,
      dose: payload.firstDose === null ? null : dayNumber(payload.firstDose) - first,
      place: (iso) => dayNumber(iso) - first,
      words: (day, format) => format(new Date((first + day) * DAY_MS)),
    };
  }

  function palette(isPrint) {
    const style = getComputedStyle(root);
    const theme = root.dataset.bsTheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const tone = (name) => (isPrint ? PRINT[name] : style.getPropertyValue(`--ldn-${name}`).trim());
    return {
      isPrint, tone,
      font: style.getPropertyValue("--ldn-font").trim(),
      hatch: hatch(tone("hatch")),
      of: (symptom) => (isPrint ? "#000" : symptom[theme]),
    };
  }

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 7;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.1;
    pen.moveTo(-1, 8);
    pen.lineTo(8, -1);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  // Told apart without colour
  const SHAPES = {
    circle: (pen, x, y, r) => { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 2 * Math.PI); },
    square: (pen, x, y, r) => pen.rect(x - r, y - r, 2 * r, 2 * r),
    "triangle-up": (pen, x, y, r) => polygon(pen, [[x, y - 1.3 * r], [x + 1.3 * r, y + r], [x - 1.3 * r, y + r]]),
    "triangle-down": (pen, x, y, r) => polygon(pen, [[x, y + 1.3 * r], [x + 1.3 * r, y - r], [x - 1.3 * r, y - r]]),
    diamond: (pen, x, y, r) => polygon(pen, [[x, y - 1.4 * r], [x + 1.4 * r, y], [x, y + 1.4 * r], [x - 1.4 * r, y]]),
  };

  function polygon(pen, corners) {
    corners.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
  }

  function drawSteps(chart, { axis, payload, colours }) {
    const { ctx, chartArea: area, scales: { x } } = chart;
    ctx.strokeStyle = colours.tone("control");
    ctx.lineWidth = 1;
    for (const phase of payload.phases) {
      const first = axis.place(phase.first);
      const settled = Math.min(first + payload.settlingDays, axis.place(phase.last) + 1, axis.end + 1);
      if (phase.mg === null || settled <= 0) continue;
      const from = x.getPixelForValue(Math.max(first, 0));
      ctx.fillStyle = colours.hatch;
      ctx.fillRect(from, area.top, Math.min(x.getPixelForValue(settled), area.right) - from, area.height);
      if (first < 0) continue;
      ctx.beginPath();
      ctx.moveTo(from, area.top);
      ctx.lineTo(from, area.bottom);
      ctx.stroke();
    }
  }

  // Before LDN: the mean as a dotted line through the whole plot, and a band of one standard deviation around it.
  function drawBaseline(chart, { payload, symptom, colours }) {
    const { ctx, chartArea: area, scales: { y } } = chart;
    const baseline = payload.marks.baseline[symptom.key];
    if (!baseline) return;
    const [mean, spread] = baseline;
    const top = y.getPixelForValue(Math.min(mean + spread, 10));
    ctx.fillStyle = colours.tone("sunken");
    ctx.globalAlpha = 0.6;
    ctx.fillRect(area.left, top, area.width, y.getPixelForValue(Math.max(mean - spread, 0)) - top);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colours.tone("ink2");
    ctx.lineWidth = 1.25;
    ctx.setLineDash([2, 4]);
    stroke(ctx, [[area.left, y.getPixelForValue(mean)], [area.right, y.getPixelForValue(mean)]]);
    ctx.setLineDash([]);
  }

  function stroke(pen, points) {
    pen.beginPath();
    points.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  }

  // What happened on single days: doses in the lane under the strip, side effects on the time axis.
  function drawMarks(chart, { payload, colours }) {
    const { ctx, chartArea: area, scales: { x } } = chart;
    const { skipped, different, planned, medicines, effects } = payload.marks;
    const lane = area.top - 4;
    ctx.strokeStyle = ctx.fillStyle = colours.tone("ink2");
    ctx.lineWidth = 1.25;
    for (const day of skipped) {
      const at = x.getPixelForValue(day);
      stroke(ctx, [[at - 3, lane - 3], [at + 3, lane + 3]]);
      stroke(ctx, [[at + 3, lane - 3], [at - 3, lane + 3]]);
    }
    for (const day of different) outline(ctx, SHAPES["triangle-up"], x.getPixelForValue(day), lane);
    for (const [day] of planned) outline(ctx, SHAPES["triangle-down"], x.getPixelForValue(day), lane);
    for (const [day] of medicines) {
      const at = x.getPixelForValue(day);
      stroke(ctx, [[at, lane - 4], [at, lane + 4]]);
      stroke(ctx, [[at - 4, lane], [at + 4, lane]]);
    }
    for (const [day, rank] of effects) ctx.fillRect(x.getPixelForValue(day) - 1, area.bottom - 3 - 4 * rank, 2, 3 + 4 * rank);
    chart.canvas.dataset.marks = skipped.length + different.length + effects.length;
  }

  function outline(pen, shape, at, lane) {
    pen.beginPath();
    shape(pen, at, lane, 3);
    pen.stroke();
  }

  function drawDots(chart, { axis, symptom, colours, isLarge }) {
    const { ctx, scales: { x, y } } = chart;
    const hasDots = isLarge || axis.days <= LINE_ONLY_DAYS;
    const radius = isLarge ? Math.max(2, Math.min(3, x.width / axis.end)) : 1.5;
    const shape = SHAPES[symptom.shape] || SHAPES.circle;
    let drawn = 0;
    ctx.fillStyle = colours.of(symptom);
    ctx.globalAlpha = isLarge ? 0.4 : 0.3;
    ctx.beginPath();
    symptom.scores.forEach((score, day) => {
      if (score === null || !hasDots) return;
      shape(ctx, x.getPixelForValue(day), y.getPixelForValue(score), radius);
      drawn += 1;
    });
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = colours.tone("control");
    for (let day = axis.days; day <= axis.end && isLarge; day += 1) {
      ctx.fillRect(x.getPixelForValue(day) - 1, y.getPixelForValue(0) - 1, 2, 2);
    }
    chart.canvas.dataset.points = drawn;
  }

  function doseBlocks({ axis, payload }) {
    const amounts = [...new Set(payload.phases.map((phase) => phase.mg))].filter((mg) => mg !== null).sort((a, b) => a - b);
    const hasTimes = new Set(payload.phases.filter((phase) => phase.mg !== null).map((phase) => phase.timing)).size > 1;
    const blocks = payload.phases.map(({ first, last, mg, timing }) => ({
      from: Math.max(axis.place(first), 0),
      to: axis.place(last) + 1,
      tone: mg === null ? null : `dose${1 + Math.floor((amounts.indexOf(mg) * 3) / amounts.length)}`,
      texts: mg === null ? ["no dose recorded", "none recorded"] : [hasTimes && TIMES[timing] ? `${mg} mg ${TIMES[timing]}` : `${mg} mg`, `${mg} mg`, mg],
    }));
    for (const [first, last] of payload.marks.holds) {
      const held = blocks.find(({ from, to }) => from <= last && first < to && to > first);
      if (held) held.texts = [`${held.texts[0]}, hold`, ...held.texts];
    }
    if (axis.dose > 0) blocks.unshift({ from: 0, to: axis.dose, tone: "dose0", texts: ["before LDN", "before"] });
    return payload.marks.stopped === null ? blocks : withStop(blocks, payload.marks.stopped, axis);
  }

  // From the day after the last one: a white block with an outline.
  function withStop(blocks, day, axis) {
    const before = blocks.filter(({ from }) => from < day).map((block) => ({ ...block, to: Math.min(block.to, day) }));
    return [...before, { from: Math.max(day, 0), to: axis.days, tone: null, texts: ["stopped"] }];
  }

  function drawDoses(chart, { blocks, colours }) {
    const { ctx, chartArea: area, scales: { x } } = chart;
    const height = 24;
    const top = area.top - height - 12;
    ctx.font = `600 13px ${colours.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineWidth = 1;
    for (const { from, to, tone, texts } of blocks) {
      const left = x.getPixelForValue(from) + 1;
      const width = Math.min(x.getPixelForValue(to), area.right) - 1 - left;
      if (width <= 0) continue;
      ctx.beginPath();
      ctx.roundRect(left, top, width, height, 4);
      ctx.fillStyle = colours.tone(tone || "surface");
      ctx.fill();
      ctx.strokeStyle = colours.tone("control");
      if (tone === null || colours.isPrint) ctx.stroke();
      ctx.fillStyle = colours.tone(tone ? "on-dose" : "ink2");
      const text = texts.find((one) => ctx.measureText(one).width <= width - 6);
      if (text) ctx.fillText(text, left + width / 2, top + height / 2 + 0.5);
    }
  }

  const coursePlugin = {
    id: "course",
    beforeDatasetsDraw(chart, _, options) {
      chart.ctx.save();
      drawBaseline(chart, options.plan);
      drawSteps(chart, options.plan);
      drawDots(chart, options.plan);
      if (options.plan.isLarge) {
        drawDoses(chart, options.plan);
        drawMarks(chart, options.plan);
      }
      chart.ctx.restore();
    },
  };

  // Ticks at the first dose and every few weeks from it; before a first dose, from the first day on.
  function ticks({ axis, isLarge }, width) {
    const room = isLarge ? 86 : 64; // px that two lines of a label take
    const origin = axis.dose === null ? 0 : axis.dose;
    const step = WEEK * ([1, 2, 4, 8, 12, 26, 52, 104, 208].find((weeks) => (weeks * WEEK * width) / axis.end >= room) || 416);
    const values = [];
    for (let day = origin > 0 ? origin : origin + Math.ceil(-origin / step) * step; day <= axis.end; day += step) values.push(day);
    if (isLarge && values.length && (values[0] * width) / axis.end >= room) values.unshift(0);
    return values.map((value) => ({ value }));
  }

  function tickLabel({ axis, isLarge }, day) {
    const date = axis.words(day, axis.days > 300 ? MONTH : SHORT);
    const weeks = axis.dose === null ? -1 : (day - axis.dose) / WEEK;
    if (weeks < 0 || !Number.isInteger(weeks)) return isLarge ? [date, ""] : date;
    const since = weeks === 0 ? "first dose" : `${weeks} week${weeks === 1 ? "" : "s"}`;
    return isLarge ? [date, since] : since;
  }

  function scales(plan) {
    const { colours, isLarge, axis } = plan;
    const font = { size: isLarge ? 13 : 12 };
    const color = colours.tone("ink2");
    return {
      x: {
        type: "linear", min: 0, max: axis.end, grid: { display: false }, border: { color: colours.tone("control") },
        afterBuildTicks: (scale) => { scale.ticks = ticks(plan, scale.width); },
        ticks: { autoSkip: false, maxRotation: 0, font, color, callback: (day) => tickLabel(plan, day) },
      },
      y: {
        min: 0, max: 10, grid: { color: colours.tone("grid"), drawTicks: false }, border: { display: false },
        ticks: { stepSize: isLarge ? 2 : 5, padding: 6, font, color },
      },
    };
  }

  // Points of the line. A lone one between two gaps becomes a dash of half a day: a line of one point is nothing.
  function linePoints(means) {
    return means.flatMap((mean, day) => {
      const y = mean === null ? null : mean / 100;
      const isAlone = y !== null && (means[day - 1] ?? null) === null && (means[day + 1] ?? null) === null;
      return isAlone ? [{ x: day - 0.25, y }, { x: day + 0.25, y }] : [{ x: day, y }];
    });
  }

  function tooltip({ axis, symptom, isLarge }) {
    return {
      enabled: isLarge, displayColors: false,
      filter: (item) => item.datasetIndex === 1,
      callbacks: { title: ([item]) => item && axis.words(item.parsed.x, FULL), label: (item) => `${symptom.label} ${item.parsed.y}` },
    };
  }

  function chartOf(canvas, plan) {
    const { symptom, colours, isLarge } = plan;
    const width = plan.axis.days > LINE_ONLY_DAYS ? 1.25 : 2.5;
    const line = { borderColor: colours.of(symptom), borderWidth: isLarge ? width : 0.7 * width, pointRadius: 0, pointHitRadius: 0, hoverRadius: 0 };
    const days = plan.symptom.scores.flatMap((score, day) => (score === null ? [] : [{ x: day, y: score }]));
    return new Chart(canvas, {
      type: "line",
      data: {
        datasets: [
          { ...line, data: linePoints(symptom.weekMeans) },
          // Drawn by the plugin; here for the tooltip only.
          ...(isLarge ? [{ data: days, showLine: false, pointRadius: 0, pointHoverRadius: 5, backgroundColor: colours.of(symptom) }] : []),
        ],
      },
      options: {
        animation: false, parsing: false, normalized: true, maintainAspectRatio: false, responsive: !colours.isPrint,
        devicePixelRatio: colours.isPrint ? 2 : Math.min(2, window.devicePixelRatio),
        events: isLarge ? ["mousemove", "mouseout", "click", "touchstart", "touchmove"] : [],
        interaction: { mode: "nearest", axis: "x", intersect: false },
        layout: { padding: { top: isLarge && plan.blocks.length ? 40 : 10, right: isLarge ? 12 : 8 } },
        scales: scales(plan),
        plugins: { legend: { display: false }, tooltip: tooltip(plan), course: { plan } },
      },
      plugins: [coursePlugin],
    });
  }

  function draw(payload, isPrint) {
    const colours = palette(isPrint);
    const axis = timeAxis(payload);
    const blocks = doseBlocks({ axis, payload });
    Chart.defaults.font.family = colours.font;
    charts.forEach((chart) => chart.destroy());
    charts = [...course.querySelectorAll("canvas")].map((canvas) => {
      const isLarge = canvas.dataset.symptom === payload.chosen;
      if (isPrint) [canvas.width, canvas.height] = PRINT_SIZE[isLarge ? "large" : "small"];
      const symptom = payload.symptoms.find(({ key }) => key === canvas.dataset.symptom);
      return chartOf(canvas, { payload, axis, blocks, colours, symptom, isLarge });
    });
  }

  function start() {
    const began = performance.now();
    const payload = JSON.parse(document.getElementById("course-data").textContent);
    if (payload.record !== course.dataset.record) throw new Error("The chart's numbers are not this record's.");
    draw(payload, false);
    course.classList.add("is-drawn");
    root.dataset.drawn = charts.map(({ canvas }) => `${canvas.dataset.symptom}:${canvas.dataset.points}`).join(" ");
    performance.measure("course", { start: began });
    // A canvas keeps its screen colours and is cut off at screen width: paper gets its own drawing.
    window.addEventListener("beforeprint", () => draw(payload, true));
    window.addEventListener("afterprint", () => draw(payload, false));
  }

  // This script comes before Chart.js, so that the table is closed before it is painted.
  table.open = matchMedia(WIDE).matches;
  course.classList.add("is-scripted");
  document.addEventListener("DOMContentLoaded", () => {
    try {
      start();
    } catch (fault) {
      table.open = true;
      course.classList.add("is-undrawn");
      throw fault;
    }
  });
})();
