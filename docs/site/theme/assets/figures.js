// Draws the figures of an essay, on a light card whatever the colours of the page: an author's own colours stay legible.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const data of document.querySelectorAll(".figure-data")) {
    const { data: traces, layout } = JSON.parse(data.textContent);
    const axes = Object.fromEntries(Object.keys({ xaxis: 0, yaxis: 0, ...layout }).filter((key) => /^[xy]axis/.test(key))
      .map((key) => [key, { automargin: true, gridcolor: "#e4e1d8", zerolinecolor: "#c9c5b8", ...layout[key] }]));
    Plotly.newPlot(data.dataset.for, traces, {
      colorway: ["#14755b", "#d9a441", "#3f6fb5", "#b5563f", "#7d6bb0", "#6b7a78"], ...layout, ...axes, template: undefined,
      title: undefined, paper_bgcolor: "transparent", plot_bgcolor: "transparent", autosize: true,
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: "#20292b" },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", ...layout.legend },
      margin: { l: 48, r: 12, t: 16, b: 48, ...layout.margin },
    }, { responsive: true, displayModeBar: false });
  }
});
