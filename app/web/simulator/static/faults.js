// What goes wrong: once with the next hop, or all the time on a slow network.
export class Faults {
  /** `cut(hungUp)` ends the session. */
  constructor(element, cut) {
    // A choice leaves the cursor where it was, so that the reply can be typed on.
    element.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
    this.delay = element.querySelector("[name=delay]");
    this.buttons = [...element.querySelectorAll("[data-fault]")];
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.arm(button.getAttribute("aria-pressed") !== "true" && button));
    }
    for (const button of element.querySelectorAll("[data-cut]")) {
      button.addEventListener("click", () => cut(button.dataset.cut === "user"));
    }
    this.cuts = [...element.querySelectorAll("[data-cut]")];
    this.follow(null);
  }

  /** What is possible now: nothing is older than the first hop, and only a session can be cut. */
  follow(session) {
    for (const button of this.cuts) button.disabled = !session;
    const older = this.buttons.find((button) => button.dataset.fault === "out_of_order");
    older.disabled = !session;
    if (!session && older.getAttribute("aria-pressed") === "true") this.arm(null);
  }

  /** At most one, for the next hop. */
  arm(armed) {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button === armed));
  }

  /** The trouble of the hop that goes out now: {fault, delay in ms}. */
  take() {
    const armed = this.buttons.find((button) => button.getAttribute("aria-pressed") === "true");
    this.arm(null);
    return { fault: armed?.dataset.fault ?? "", delay: Number(this.delay.value) };
  }
}
