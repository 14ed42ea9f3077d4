// One handset: keys and keyboard, the dialled line, the USSD pop-up.
import { Drawer } from "./drawer.js";
import { Inbox } from "./inbox.js";
import { Session } from "./session.js";
import { Strip } from "./strip.js";

const NO_ANSWER = "No answer from the network. Try again";
const NO_USSD = "Connection problem or invalid MMI code";
const NOT_OURS = "This phone only dials codes that begin with ";
const KEYBOARD = { Enter: "call", Escape: "end", Backspace: "clear", ArrowUp: "up", ArrowDown: "down" };
const LINE = 18;

export class Phone {
  constructor(element, world) {
    this.element = element;
    this.world = world;
    this.session = null; // the running one
    this.latest = null; // the running one or the last that ended
    this.number = randomNumber();
    this.find = (selector) => element.querySelector(selector);
    this.popup = this.find(".popup");
    this.field = this.find(".field");
    this.dialled = this.find(".dialled");
    this.strip = new Strip(this.find(".strip"), world);
    this.drawer = new Drawer(this.find(".raw"));
    this.inbox = new Inbox(
      this.find(".inbox"), world.sandbox, () => this.msisdn(), () => { this.find(".mail").hidden = false; },
    );
    this.acts = {
      call: () => this.popup.hidden ? this.dial() : this.reply(),
      right: () => this.popup.hidden ? this.erase() : this.reply(),
      left: () => this.popup.hidden ? this.write(world.shortCode) : this.hangUp(),
      end: () => this.hangUp(),
      clear: () => this.erase(),
      up: () => this.find(".text").scrollBy(0, -LINE),
      down: () => this.find(".text").scrollBy(0, LINE),
    };
    this.listen();
    this.tick();
    setInterval(() => this.tick(), 500);
  }

  listen() {
    this.find(".keys").addEventListener("mousedown", (event) => this.keepFocus(event));
    this.find(".keys").addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]");
      if (key) this.press(key.dataset.key);
    });
    this.find(".handset").addEventListener("keydown", (event) => this.typed(event));
    this.popup.addEventListener("submit", (event) => { event.preventDefault(); this.reply(); });
    this.find(".cancel").addEventListener("click", () => this.hangUp());
    for (const name of ["msisdn", "typed"]) {
      this.find(`[name=${name}]`).addEventListener("change", () => this.changeNumber());
    }
    this.find("[name=network]").addEventListener("change", () => this.tick());
    addEventListener("pagehide", () => this.session?.end("Incomplete"));
  }

  msisdn() {
    const chosen = this.find("[name=msisdn]").value;
    if (chosen === "typed") return this.find("[name=typed]").value.trim();
    return chosen === "new" ? this.number : chosen;
  }

  changeNumber() {
    const choice = this.find("[name=msisdn]");
    this.find(".typed").hidden = choice.value !== "typed";
    if (choice.value === "new") {
      this.number = randomNumber();
      choice.selectedOptions[0].textContent = `${this.number} new`;
    }
    this.hangUp();
    this.inbox.forget();
  }

  // --- keys ---------------------------------------------------------------------------------

  /** A key that is clicked leaves the cursor where it was, so that Enter still means Send. */
  keepFocus(event) {
    event.preventDefault();
    const handset = this.find(".handset");
    if (!handset.contains(document.activeElement)) handset.focus({ preventScroll: true });
  }

  /** The computer's keyboard, except what the focused button or field does with it anyway. */
  typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target === this.field;
    const onButton = event.target.closest("button");
    if (inField ? event.key !== "Escape" : onButton && event.key === "Enter") return;
    const key = KEYBOARD[event.key] ?? event.key;
    if (!/^[0-9*#+]$/.test(key) && !(key in this.acts)) return;
    event.preventDefault();
    this.press(key);
  }

  /** While a hop is under way only the red key means anything. */
  press(key) {
    this.find(".mail").hidden = true;
    if (this.waiting() && key !== "end") return;
    if (key in this.acts) this.acts[key]();
    else this.write(key);
  }

  write(text) { this.edit((line) => line + text); }

  erase() { this.edit((line) => line.slice(0, -1)); }

  edit(change) {
    if (this.popup.hidden) this.dialled.textContent = change(this.dialled.textContent);
    else if (!this.popup.classList.contains("last")) this.field.value = change(this.field.value);
    this.label();
  }

  /** What the soft keys do now stands above them, as on a handset. */
  label() { this.find(".soft-right").textContent = this.dialled.textContent ? "Clear" : ""; }

  // --- a session ----------------------------------------------------------------------------

  waiting() { return !this.find(".busy").hidden; }

  dial() {
    const { shortCode } = this.world;
    const code = this.dialled.textContent || shortCode;
    this.dialled.textContent = code;
    if (!Session.reaches(shortCode, code)) {
      this.show(NOT_OURS + shortCode.slice(0, -1), false);
      return;
    }
    this.session = new Session(shortCode, code, this.msisdn(), this.find("[name=network]").value);
    this.latest = this.session;
    this.exchange();
  }

  reply() {
    if (this.session) this.exchange(this.field.value);
    else this.close();
  }

  async exchange(input) {
    const { session } = this;
    this.popup.hidden = true;
    this.busy(true);
    const answer = await session.send(input).catch(() => null);
    if (answer) this.drawer.show(answer);
    if (session !== this.session) return; // hung up meanwhile
    this.busy(false);
    if (!answer || answer.open === null) {
      this.over("Failed");
      this.show(answer ? NO_USSD : NO_ANSWER, false);
      return;
    }
    if (!answer.open) this.over("Success");
    this.strip.measure(answer.text);
    this.show(answer.text, answer.open);
  }

  busy(is) {
    this.find(".busy").hidden = !is;
    if (is) this.find(".said").textContent = "USSD code running";
  }

  show(text, open) {
    this.find(".text").textContent = text;
    this.find(".text").scrollTop = 0;
    this.find(".said").textContent = text;
    this.popup.classList.toggle("last", !open);
    this.find(".send").textContent = open ? "Send" : "OK";
    this.field.value = "";
    this.popup.hidden = false;
    (open ? this.field : this.find(".send")).focus({ preventScroll: true });
    this.tick();
  }

  over(status) {
    this.session.end(status);
    this.session = null;
    this.inbox.look();
  }

  hangUp() {
    if (this.session) this.over("Incomplete");
    this.close();
  }

  close() {
    this.busy(false);
    this.popup.hidden = true;
    this.field.value = "";
    this.dialled.textContent = "";
    this.find(".said").textContent = "";
    this.label();
    if (this.element.contains(document.activeElement)) this.find(".handset").focus({ preventScroll: true });
  }

  tick() {
    const network = this.find("[name=network]").selectedOptions[0];
    this.find(".clock").textContent = new Date().toTimeString().slice(0, 5);
    this.find(".carrier").textContent = network.dataset.carrier;
    this.strip.tick(this.latest, network.textContent);
  }
}

function randomNumber() {
  return "+234803" + String(Math.floor(1e6 + Math.random() * 9e6));
}
