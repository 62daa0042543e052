"use strict";
(() => {
  const form = document.querySelector("form.filters");
  const table = document.querySelector("table");
  if (!form || !table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const texts = new Map(rows.map((row) => [row, row.dataset.search]));
  const count = form.querySelector("output");
  const selects = Array.from(form.querySelectorAll("select"));
  const bars = Array.from(document.querySelectorAll(".timeline g[data-group]"));

  const apply = () => {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value !== "").map((select) => [select.name, select.value]);
    const seen = new Set();
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => texts.get(row).includes(word)) && wanted.every(([name, value]) => row.dataset[name] === value);
      row.hidden = !fits;
      if (fits) {
        shown += 1;
        seen.add(row.dataset.group);
      }
    }
    for (const bar of bars) bar.classList.toggle("off", !seen.has(bar.dataset.group));
    count.textContent = `${shown} of ${rows.length} deployments`;
  };

  const heads = Array.from(table.tHead.rows[0].cells);
  const order = new Intl.Collator("en", { numeric: true });
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.key || "";
      // What is empty comes last, whichever way it is sorted.
      rows.sort((a, b) => (key(a) === "") - (key(b) === "") || (down ? -1 : 1) * order.compare(key(a), key(b)));
      body.append(...rows);
    });
  });

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
