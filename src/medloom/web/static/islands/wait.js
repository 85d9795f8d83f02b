// Loads the page again once what it waits for is there.
class Wait extends HTMLElement {
  connectedCallback() { this.ask(); }
  async ask() {
    const answer = await fetch(this.getAttribute("src")).catch(() => null);
    if (answer?.ok && (await answer.json()).ready) location.reload();
    else setTimeout(() => this.ask(), 700);
  }
}
customElements.define("ml-wait", Wait);
