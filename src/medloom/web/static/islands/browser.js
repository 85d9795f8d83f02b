// Fills in what columns hold, one after the other, and turns pages with the keys n and p.
const queue = [];
let isBusy = false;

async function work() {
  if (isBusy) return;
  isBusy = true;
  while (queue.length) {
    const one = queue.shift();
    const answer = await fetch(one.getAttribute("src")).catch(() => null);
    const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "<p>not known</p>", "text/html");
    one.replaceChildren(...page.body.childNodes);
  }
  isBusy = false;
}

class Profile extends HTMLElement {
  connectedCallback() {
    const details = this.closest("details");
    if (!details || details.open) this.ask();
    else details.addEventListener("toggle", () => this.ask(), { once: true });
  }
  ask() { queue.push(this); work(); }
}
customElements.define("ml-profile", Profile);

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rel = { n: "next", p: "prev" }[event.key];
  if (rel) document.querySelector(`a[rel=${rel}]`)?.click();
});
