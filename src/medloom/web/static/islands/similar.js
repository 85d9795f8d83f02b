// Similar rows are asked for once they come into view: to compare a table takes a moment.
class Similar extends HTMLElement {
  connectedCallback() {
    this.watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.ask(), {
      rootMargin: "300px",
    });
    this.watch.observe(this);
  }
  async ask() {
    this.watch.disconnect();
    try {
      const answer = await fetch(this.getAttribute("src"));
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.replaceChildren(...page.body.children);
    } catch {
      this.textContent = "The similar rows could not be found.";
    }
  }
}
customElements.define("ml-similar", Similar);
