// The legend of annotations: kinds are switched on and off; a card tells what an annotation says.
class Entities extends HTMLElement {
  connectedCallback() {
    this.boxes = [...this.querySelectorAll("input")];
    for (const box of this.boxes) box.addEventListener("change", () => this.show());
    for (const [name, on] of [["all", true], ["none", false]]) {
      const button = this.querySelector(`[data-${name}]`);
      button.hidden = false;
      button.addEventListener("click", () => {
        for (const box of this.boxes) box.checked = on;
        this.show();
      });
    }
  }
  show() {
    const off = new Set(this.boxes.filter((box) => !box.checked).map((box) => box.value));
    for (const mark of document.querySelectorAll(".hl[data-kind]")) {
      mark.classList.toggle("off", off.has(mark.dataset.kind));
      if (off.has(mark.dataset.kind)) mark.removeAttribute("tabindex");
      else mark.tabIndex = 0;
    }
  }
}
customElements.define("ml-entities", Entities);

let tip = null;
function close() {
  tip?.remove();
  tip = null;
}
function line(tag, text, kind) {
  if (!text) return;
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  tip.append(made);
}
function open(mark) {
  close();
  const said = mark.dataset;
  tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.id = "tip";
  line("b", said.name || mark.textContent);
  line("div", [said.kind, said.said].filter(Boolean).join(" · "));
  line("div", said.concept, "mono");
  line("div", said.terminology, "soft");
  line("div", said.cue && `told by “${said.cue}”`, "soft");
  line("div", said.by && `made by ${said.by}`, "soft");
  document.body.append(tip);
  const box = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
  const below = box.bottom + 6 + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(8, left) + window.scrollX}px`;
  tip.style.top = `${(below ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + window.scrollY}px`;
  mark.setAttribute("aria-describedby", "tip");
}
for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(on, (event) => {
    const mark = event.target.closest?.(".hl[data-kind]:not(.off)");
    if (mark && !mark.closest("ml-entities")) open(mark);
  });
  document.addEventListener(off, (event) => event.target.closest?.(".hl") && close());
}
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
