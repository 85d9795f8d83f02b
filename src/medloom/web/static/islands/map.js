// A map of points: drawn pixel by pixel, zoomed and moved; a lasso chooses rows for a subset.
const at = (id) => document.getElementById(id);
const KINDS = ["l1", "l6", "l2", "l3", "l4", "l5", "l0", "l7"];
const STEPS = ["#3b2f7e", "#3b5998", "#2f7d95", "#2a9a84", "#5fb35f", "#a8c545", "#e3c83a", "#f2e36b"];

class EmbeddingMap extends HTMLElement {
  async connectedCallback() {
    this.canvas = document.createElement("canvas");
    this.over = document.createElement("canvas");
    for (const one of [this.canvas, this.over]) one.setAttribute("aria-hidden", "true");
    this.over.className = "over";
    this.append(this.canvas, this.over);
    this.tools();
    try {
      const answer = await fetch(this.getAttribute("src"));
      if (!answer.ok) throw new Error(problem(await answer.text()));
      this.read(await answer.arrayBuffer());
    } catch (error) {
      at("map-told").textContent = error.message;
      return;
    }
    this.hidden_ = new Set();
    this.chosen = new Uint8Array(this.n);
    this.key();
    this.fit();
    new ResizeObserver(() => this.draw()).observe(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.key() || this.draw());
    this.listen();
    this.dataset.ready = String(this.n);
  }
  read(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const start = 4 + length;
    this.n = told.n;
    this.xy = new Float32Array(buffer, start, 2 * told.n);
    this.rows = new Uint32Array(buffer, start + 8 * told.n, told.n);
    this.codes = new Uint8Array(buffer, start + 12 * told.n, told.n);
    this.told = told;
    const count = (n) => n.toLocaleString("en");
    const parts = [`${count(told.n)} points`];
    if (told.n_sampled < told.n_rows) parts.push(`${count(told.n_sampled)} of ${count(told.n_rows)} rows, drawn at random`);
    if (told.n < told.n_sampled) parts.push(`${count(told.n_sampled - told.n)} rows have no vector`);
    if (told.explained !== null) parts.push(`the plane keeps ${Math.round(told.explained * 100)}% of the variance`);
    at("map-told").textContent = parts.join("; ") + ".";
  }
  tools() {
    const bar = document.createElement("div");
    bar.className = "map-tools";
    this.mode = "lasso";
    const add = (text, label, run) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      if (label) button.setAttribute("aria-label", label);
      button.addEventListener("click", run);
      bar.append(button);
      return button;
    };
    const modes = ["Lasso", "Move"].map((name) =>
      add(name, "", () => {
        this.mode = name.toLowerCase();
        this.classList.toggle("pan", this.mode === "move");
        for (const one of modes) one.setAttribute("aria-pressed", String(one.textContent === name));
      }),
    );
    modes.forEach((one, n) => one.setAttribute("aria-pressed", String(n === 0)));
    add("−", "Zoom out", () => this.by(1 / 1.5));
    add("+", "Zoom in", () => this.by(1.5));
    add("Fit", "", () => this.fit());
    this.append(bar);
  }
  colours() {
    const style = getComputedStyle(document.documentElement);
    const list = this.told.ordered ? STEPS : KINDS.map((name) => style.getPropertyValue(`--${name}`).trim());
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    this.names = [...list, dark ? "#5c6670" : "#b9c1c9"];
    const packed = (hex) => {
      const [r, g, b] = [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16));
      return (255 << 24) | (b << 16) | (g << 8) | r;
    };
    this.palette = new Int32Array(256).fill(packed(this.names[8]));
    list.forEach((hex, n) => (this.palette[n] = packed(hex)));
    this.marked = packed(dark ? "#ffffff" : "#000000");
  }
  key() {
    this.colours();
    const list = at("map-key");
    list.replaceChildren();
    for (const [code, name, count] of this.told.key) {
      const [item, label, box] = ["li", "label", "input"].map((tag) => document.createElement(tag));
      box.type = "checkbox";
      box.checked = !this.hidden_.has(code);
      box.addEventListener("change", () => {
        if (box.checked) this.hidden_.delete(code);
        else this.hidden_.add(code);
        this.draw();
      });
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      dot.setAttribute("class", "dot");
      dot.setAttribute("viewBox", "0 0 10 10");
      dot.setAttribute("aria-hidden", "true");
      const disc = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [k, v] of Object.entries({ cx: 5, cy: 5, r: 5, fill: this.names[Math.min(code, 8)] })) disc.setAttribute(k, v);
      dot.append(disc);
      const [text, number] = [name, count.toLocaleString("en")].map((words, n) => {
        const span = document.createElement("span");
        span.textContent = words;
        span.className = n ? "count" : "name";
        return span;
      });
      label.append(box, " ", text);
      label.className = "name";
      item.append(dot, label, number);
      list.append(item);
    }
    if (!this.told.key.length) list.innerHTML = "<li class='soft'>One colour. Choose a column above.</li>";
  }
  fit() {
    this.scale = (Math.min(this.clientWidth, this.clientHeight) / 2) * 0.92;
    this.x = this.clientWidth / 2;
    this.y = this.clientHeight / 2;
    this.draw();
  }
  by(factor, x = this.clientWidth / 2, y = this.clientHeight / 2) {
    const scale = Math.min(4e5, Math.max(20, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.draw();
  }
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }
  paint() {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(this.clientWidth * ratio), Math.round(this.clientHeight * ratio)];
    if (!w || !h) return;
    for (const one of [this.canvas, this.over]) if (one.width !== w || one.height !== h) [one.width, one.height] = [w, h];
    const image = new ImageData(w, h);
    const pixels = new Int32Array(image.data.buffer);
    const zoom = this.scale / (Math.min(this.clientWidth, this.clientHeight) / 2);
    const base = this.n > 50000 ? 1 : this.n > 5000 ? 2 : this.n > 500 ? 3 : 4;
    const radius = Math.round(Math.min(6, base * Math.min(2, Math.sqrt(zoom))) * ratio);
    const some = this.count > 0;
    for (const top of some ? [0, 1] : [0]) {
      for (let n = 0; n < this.n; n++) {
        if ((some && this.chosen[n] !== top) || this.hidden_.has(this.codes[n])) continue;
        const x = Math.round((this.x + this.xy[2 * n] * this.scale) * ratio);
        const y = Math.round((this.y - this.xy[2 * n + 1] * this.scale) * ratio);
        if (x < -radius || y < -radius || x >= w + radius || y >= h + radius) continue;
        if (top) this.disc(pixels, w, h, x, y, radius + 2, this.marked);
        this.disc(pixels, w, h, x, y, radius, this.palette[this.codes[n]]);
      }
    }
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }
  disc(pixels, w, h, x, y, radius, colour) {
    const most = radius * radius + radius * 0.6;
    for (let dy = -radius; dy <= radius; dy++) {
      const row = y + dy;
      if (row < 0 || row >= h) continue;
      for (let dx = -radius; dx <= radius; dx++) {
        const column = x + dx;
        if (dx * dx + dy * dy > most || column < 0 || column >= w) continue;
        pixels[row * w + column] = colour;
      }
    }
  }
  listen() {
    this.tabIndex = 0;
    this.addEventListener("wheel", (e) => {
      e.preventDefault();
      this.by(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.002)), ...this.point(e));
    }, { passive: false });
    this.addEventListener("pointerdown", (e) => this.down(e));
    this.addEventListener("pointermove", (e) => this.move(e));
    this.addEventListener("pointerup", (e) => this.up(e));
    this.addEventListener("keydown", (e) => this.press(e));
    at("map-view").addEventListener("click", () =>
      this.choose((x, y) => x >= 0 && y >= 0 && x <= this.clientWidth && y <= this.clientHeight));
    at("map-clear").addEventListener("click", () => this.choose(() => false));
    at("map-save").addEventListener("submit", (e) => this.save(e));
  }
  point(event) {
    const box = this.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  down(event) {
    if (event.button || event.target.closest("button")) return;
    this.setPointerCapture(event.pointerId);
    this.path = [this.point(event)];
  }
  move(event) {
    const now = this.point(event);
    if (!this.path) return this.hover(now);
    const last = this.path.at(-1);
    this.path.push(now);
    if (this.mode === "move" || event.shiftKey) {
      this.x += now[0] - last[0];
      this.y += now[1] - last[1];
      this.draw();
    } else this.outline();
  }
  up(event) {
    const path = this.path;
    this.path = null;
    this.outline();
    if (!path) return;
    const far = path.some(([x, y]) => Math.hypot(x - path[0][0], y - path[0][1]) > 5);
    if (!far) return this.tell(this.nearest(path[0]), true);
    if (this.mode === "lasso" && !event.shiftKey) this.choose((x, y) => inside(path, x, y));
  }
  outline() {
    const pen = this.over.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.clientWidth, this.clientHeight);
    if (!this.path || this.mode === "move") return;
    pen.beginPath();
    this.path.forEach(([x, y], n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    pen.strokeStyle = this.names[0];
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.globalAlpha = 0.1;
    pen.fillStyle = this.names[0];
    pen.fill();
    pen.globalAlpha = 1;
  }
  choose(test) {
    this.count = 0;
    for (let n = 0; n < this.n; n++) {
      const x = this.x + this.xy[2 * n] * this.scale;
      const y = this.y - this.xy[2 * n + 1] * this.scale;
      this.chosen[n] = !this.hidden_.has(this.codes[n]) && test(x, y) ? 1 : 0;
      this.count += this.chosen[n];
    }
    at("map-chosen").textContent = this.count
      ? `${this.count.toLocaleString("en")} ${this.count === 1 ? "row" : "rows"} chosen`
      : "No rows chosen. Draw around some.";
    this.draw();
  }
  nearest([px, py]) {
    let [best, least] = [-1, 12 * 12];
    for (let n = 0; n < this.n; n++) {
      if (this.hidden_.has(this.codes[n])) continue;
      const dx = this.x + this.xy[2 * n] * this.scale - px;
      const dy = this.y - this.xy[2 * n + 1] * this.scale - py;
      if (dx * dx + dy * dy < least) [best, least] = [n, dx * dx + dy * dy];
    }
    return best;
  }
  hover(place) {
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.tell(this.nearest(place), false), 90);
  }
  async tell(n, keep) {
    if (n < 0) return keep && (this.kept = -1);
    if (n === this.shown || (this.kept >= 0 && !keep)) return;
    this.shown = n;
    if (keep) this.kept = n;
    const answer = await fetch(`${this.getAttribute("point")}?row=${this.rows[n]}`);
    if (!answer.ok || this.shown !== n) return;
    const said = await answer.json();
    const link = document.createElement("a");
    const named = said.id === null ? `row=${this.rows[n]}` : `id=${encodeURIComponent(said.id)}`;
    link.href = `${this.getAttribute("record")}?${named}`;
    link.textContent = said.title || said.id;
    const made = [link];
    if (said.image) {
      const image = document.createElement("img");
      image.src = said.image;
      image.alt = "";
      image.className = "map-picture";
      made.unshift(image);
    }
    at("map-point").replaceChildren(...made);
  }
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this) return;
    const run = {
      "+": () => this.by(1.5), "=": () => this.by(1.5), "-": () => this.by(1 / 1.5), 0: () => this.fit(),
      ArrowLeft: () => (this.x += 60), ArrowRight: () => (this.x -= 60),
      ArrowUp: () => (this.y += 60), ArrowDown: () => (this.y -= 60),
    }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
    this.draw();
  }
  async save(event) {
    event.preventDefault();
    const told = at("map-saved");
    const rows = [...this.rows].filter((_, n) => this.chosen[n]);
    if (!rows.length) return void (told.textContent = "Choose some rows first.");
    const name = at("map-name").value;
    const answer = await fetch(this.getAttribute("save"), {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": this.getAttribute("csrf") },
      body: JSON.stringify({ name, rows, vectors: this.getAttribute("vectors"), method: this.getAttribute("method") }),
    });
    const kind = answer.headers.get("content-type") ?? "";
    const said = kind.includes("json") ? await answer.json() : { told: problem(await answer.text()) };
    if (!answer.ok) return void (told.textContent = said.told);
    const link = document.createElement("a");
    link.href = `/subset/${encodeURIComponent(said.name)}`;
    link.textContent = said.name;
    told.replaceChildren(`${said.rows.toLocaleString("en")} rows saved as `, link);
  }
}

function inside(path, x, y) {
  let is = false;
  for (let n = 0, last = path.length - 1; n < path.length; last = n++) {
    const [[ax, ay], [bx, by]] = [path[n], path[last]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is;
  }
  return is;
}
function problem(page) {
  const told = new DOMParser().parseFromString(page, "text/html").querySelector(".told, main p");
  return told?.textContent.trim() || "The map could not be made.";
}
customElements.define("ml-map", EmbeddingMap);
