// A handset's keys and the computer's keyboard, which end in the same presses.
const KEYBOARD = { Enter: "call", Escape: "end", Backspace: "clear", ArrowUp: "up", ArrowDown: "down" };
const NAMED = new Set(["call", "end", "clear", "up", "down", "left", "right"]);

export class Keypad {
  /** `press(key)` gets a digit, `*`, `#`, `+`, or a key's name. */
  constructor(handset, field, press) {
    this.handset = handset;
    this.field = field;
    this.press = press;
    const keys = handset.querySelector(".keys");
    keys.addEventListener("mousedown", (event) => this.keepFocus(event));
    keys.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]");
      if (key) press(key.dataset.key);
    });
    handset.addEventListener("keydown", (event) => this.typed(event));
  }

  /** A key that is clicked leaves the cursor where it was, so that Enter still means Send. */
  keepFocus(event) {
    event.preventDefault();
    if (!this.handset.contains(document.activeElement)) this.handset.focus({ preventScroll: true });
  }

  /** The computer's keyboard, except what the focused button or field does with it anyway. */
  typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target === this.field;
    const onButton = event.target.closest("button");
    if (inField ? event.key !== "Escape" : onButton && event.key === "Enter") return;
    const key = KEYBOARD[event.key] ?? event.key;
    if (!/^[0-9*#+]$/.test(key) && !NAMED.has(key)) return;
    event.preventDefault();
    this.press(key);
  }
}
