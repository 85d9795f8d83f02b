// Keys that go to the row before or after, and the panels of a caption.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, button, ml-zoom, summary, [contenteditable]")) return;
  const rel = { j: "next", k: "prev" }[event.key];
  const link = rel && document.querySelector(`[data-keys] a[rel=${rel}]`);
  if (link) link.click();
});

const caption = document.querySelector(".caption");
const buttons = [...document.querySelectorAll("button.panel")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === button && on));
    caption.classList.toggle("sharp", on);
    for (const text of caption.querySelectorAll(".panel-text"))
      text.classList.toggle("lit", on && text.dataset.panel === button.dataset.panel);
  });
}
