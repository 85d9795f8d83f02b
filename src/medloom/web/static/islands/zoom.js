// A picture that is zoomed and moved by wheel, drag, pinch and keys.
class Zoom extends HTMLElement {
  connectedCallback() {
    this.image = this.querySelector("img");
    this.held = new Map();
    this.bar();
    if (this.image.complete) this.start();
    else this.image.addEventListener("load", () => this.start(), { once: true });
    this.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.addEventListener("pointerdown", (e) => this.down(e));
    this.addEventListener("pointermove", (e) => this.move(e));
    for (const name of ["pointerup", "pointercancel"]) this.addEventListener(name, (e) => this.up(e));
    this.addEventListener("dblclick", (e) => this.by(2, ...this.point(e)));
    this.addEventListener("keydown", (e) => this.key(e));
    new ResizeObserver(() => this.fitted && this.fit()).observe(this);
  }
  bar() {
    const bar = document.createElement("div");
    bar.className = "zoom-bar";
    this.told = document.createElement("output");
    bar.append(this.told);
    for (const [text, label, run] of [
      ["−", "Zoom out", () => this.by(1 / 1.4)],
      ["+", "Zoom in", () => this.by(1.4)],
      ["Fit", "Fit the picture", () => this.fit()],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      if (text.length === 1) button.setAttribute("aria-label", label);
      button.addEventListener("click", run);
      bar.append(button);
    }
    bar.addEventListener("pointerdown", (e) => e.stopPropagation());
    bar.addEventListener("dblclick", (e) => e.stopPropagation());
    this.append(bar);
  }
  start() {
    this.width = Number(this.image.getAttribute("width")) || this.image.naturalWidth;
    this.height = Number(this.image.getAttribute("height")) || this.image.naturalHeight;
    this.image.style.width = `${this.width}px`;
    this.image.style.height = `${this.height}px`;
    this.classList.add("ready");
    this.fit();
  }
  fit() {
    this.scale = Math.min(this.clientWidth / this.width, this.clientHeight / this.height, 2) * 0.97;
    this.x = (this.clientWidth - this.width * this.scale) / 2;
    this.y = (this.clientHeight - this.height * this.scale) / 2;
    this.fitted = true;
    this.draw();
  }
  by(factor, x = this.clientWidth / 2, y = this.clientHeight / 2) {
    const scale = Math.min(40, Math.max(0.02, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fitted = false;
    this.draw();
  }
  draw() {
    const [w, h] = [this.width * this.scale, this.height * this.scale];
    this.x = Math.min(this.clientWidth - 40, Math.max(40 - w, this.x));
    this.y = Math.min(this.clientHeight - 40, Math.max(40 - h, this.y));
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.told.textContent = `${Math.round(this.scale * 100)}%`;
    const full = this.image.dataset.full;
    if (full && w > 1600 && this.width > 1600) {
      delete this.image.dataset.full;
      const better = new Image();
      better.onload = () => (this.image.src = full);
      better.src = full;
    }
  }
  point(event) {
    const box = this.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  wheel(event) {
    event.preventDefault();
    this.by(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), ...this.point(event));
  }
  down(event) {
    if (event.button) return;
    this.setPointerCapture(event.pointerId);
    this.held.set(event.pointerId, this.point(event));
    this.classList.add("held");
  }
  move(event) {
    const before = this.held.get(event.pointerId);
    if (!before) return;
    const now = this.point(event);
    const other = [...this.held].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
      this.by(apart(now) / apart(before), ...other);
    } else {
      this.x += now[0] - before[0];
      this.y += now[1] - before[1];
      this.fitted = false;
      this.draw();
    }
    this.held.set(event.pointerId, now);
  }
  up(event) {
    this.held.delete(event.pointerId);
    if (!this.held.size) this.classList.remove("held");
  }
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this) return;
    const step = 60;
    const run = {
      "+": () => this.by(1.4), "=": () => this.by(1.4), "-": () => this.by(1 / 1.4), 0: () => this.fit(),
      ArrowLeft: () => (this.x += step), ArrowRight: () => (this.x -= step),
      ArrowUp: () => (this.y += step), ArrowDown: () => (this.y -= step),
    }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
    if (event.key !== "0") this.fitted = false;
    this.draw();
  }
}
customElements.define("ml-zoom", Zoom);
