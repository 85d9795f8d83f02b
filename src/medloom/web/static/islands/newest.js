// Tells an open page that a newer build is there; a reload shows it.
class Newest extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), 10_000);
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }
  disconnectedCallback() { clearInterval(this.timer); }
  async look() {
    if (document.hidden) return;
    const answer = await fetch("/build").catch(() => null);
    if (!answer?.ok) return;
    const { build } = await answer.json();
    if (String(build) === this.getAttribute("build") || this.childElementCount) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show it";
    this.append(`Build ${build} is there; this page shows build ${this.getAttribute("build")}. `, link);
    clearInterval(this.timer);
  }
}
customElements.define("ml-newest", Newest);
