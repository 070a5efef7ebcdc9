// Draws the figures of an essay, in the colours of the page, and again when these change.
"use strict";
(() => {
  const draw = () => {
    const look = getComputedStyle(document.body);
    const ink = look.getPropertyValue("--md-default-fg-color--light");
    const line = look.getPropertyValue("--md-default-fg-color--lightest");
    for (const data of document.querySelectorAll(".figure-data")) {
      const { data: traces, layout } = JSON.parse(data.textContent);
      const axes = Object.fromEntries(Object.keys({ xaxis: 0, yaxis: 0, ...layout }).filter((key) => /^[xy]axis/.test(key))
        .map((key) => [key, { automargin: true, ...layout[key], gridcolor: line, zerolinecolor: line, linecolor: line }]));
      Plotly.react(data.dataset.for, traces, {
        ...layout, ...axes, template: undefined, colorway: ["#1c8a6d", "#d9a441", "#3f6fb5", "#b5563f", "#7d6bb0", "#6b7a78"],
        paper_bgcolor: "transparent", plot_bgcolor: "transparent", font: { family: "inherit", size: 13, color: ink },
        margin: { l: 48, r: 12, t: layout.title ? 56 : 16, b: 48, ...layout.margin }, autosize: true,
      }, { responsive: true, displayModeBar: false });
    }
  };
  document.addEventListener("DOMContentLoaded", draw);
  new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
})();
