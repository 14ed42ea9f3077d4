// The latest request and answer, word for word; kept in the page only and gone with it.
const SHOWN_MS = 2000;

export class Drawer {
  constructor(element) {
    this.find = (selector) => element.querySelector(selector);
    this.button = this.find(".copy");
    this.label = this.button.textContent;
    this.button.addEventListener("click", () => this.copy());
  }

  show({ request, answer, curl }) {
    this.find(".request").textContent = request;
    this.find(".answer").textContent = answer;
    this.curl = curl;
    this.button.disabled = false;
  }

  async copy() {
    const copied = await navigator.clipboard?.writeText(this.curl).then(() => true, () => false);
    this.button.textContent = copied ? "Copied" : "The browser refused";
    setTimeout(() => { this.button.textContent = this.label; }, SHOWN_MS);
  }
}
