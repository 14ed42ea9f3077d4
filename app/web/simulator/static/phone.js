// One handset: keys and keyboard, the dialled line, the USSD pop-up.
import { septets } from "./gsm7.js";
import { Inbox } from "./inbox.js";
import { Session } from "./session.js";

const NO_ANSWER = "No answer from the network. Try again";
const NOT_OURS = "This phone only dials codes beginning with ";

export class Phone {
  constructor(element, world) {
    this.element = element;
    this.world = world;
    this.session = null;
    this.number = randomNumber();
    this.find = (selector) => element.querySelector(selector);
    this.popup = this.find(".popup");
    this.field = this.find(".field");
    this.inbox = new Inbox(this.find(".inbox"), world.sandbox, () => this.msisdn());
    this.listen();
    this.tick();
    setInterval(() => this.tick(), 500);
    this.inbox.look();
  }

  listen() {
    this.element.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]");
      if (key) this.press(key.dataset.key);
    });
    this.find(".handset").addEventListener("keydown", (event) => this.typed(event));
    this.popup.addEventListener("submit", (event) => { event.preventDefault(); this.reply(); });
    this.find(".cancel").addEventListener("click", () => this.hangUp());
    this.find("[name=msisdn]").addEventListener("change", () => this.changeNumber());
    this.find("[name=typed]").addEventListener("change", () => this.changeNumber());
    this.find("[name=network]").addEventListener("change", () => this.tick());
    this.find(".copy").addEventListener("click", () => navigator.clipboard?.writeText(this.curl ?? ""));
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

  typed(event) {
    if (event.target === this.field || event.target.closest("button")) return;
    const meaning = { Enter: "call", Escape: "end", Backspace: "clear" }[event.key] ?? event.key;
    if (/^[0-9*#]$/.test(meaning) || ["call", "end", "clear"].includes(meaning)) {
      event.preventDefault();
      this.press(meaning);
    }
  }

  press(key) {
    const line = this.popup.hidden ? this.find(".dialled") : null;
    if (key === "end") this.hangUp();
    else if (key === "call") this.popup.hidden ? this.dial(line.textContent) : this.reply();
    else if (key === "code") { if (line) line.textContent = this.world.shortCode; }
    else if (key === "clear") this.edit(line, (text) => text.slice(0, -1));
    else this.edit(line, (text) => text + key);
  }

  edit(line, change) {
    if (line) line.textContent = change(line.textContent);
    else if (!this.popup.classList.contains("last")) this.field.value = change(this.field.value);
  }

  dial(code) {
    const wanted = code || this.world.shortCode;
    this.find(".dialled").textContent = wanted;
    if (!Session.reaches(this.world.shortCode, wanted)) {
      this.show(NOT_OURS + this.world.shortCode.slice(0, -1), false);
      return;
    }
    this.session = new Session(
      this.world.shortCode, wanted, this.msisdn(), this.find("[name=network]").value,
    );
    this.exchange();
  }

  reply() {
    if (this.popup.classList.contains("last") || !this.session) { this.close(); return; }
    this.exchange(this.field.value);
  }

  async exchange(input) {
    const session = this.session;
    this.popup.hidden = true;
    this.find(".busy").hidden = false;
    try {
      const answer = await session.send(input);
      if (session !== this.session) return;
      this.raw(answer);
      this.show(answer.text, answer.open);
      if (!answer.open) this.over("Success");
    } catch {
      if (session === this.session) { this.show(NO_ANSWER, false); this.over("Failed"); }
    } finally {
      this.find(".busy").hidden = true;
    }
  }

  show(text, open) {
    this.find(".text").textContent = text;
    this.popup.classList.toggle("last", !open);
    this.find(".send").textContent = open ? "Send" : "OK";
    this.popup.hidden = false;
    this.field.value = "";
    this.field.type = wantsPin(text) ? "password" : "text";
    (open ? this.field : this.find(".send")).focus({ preventScroll: true });
    this.measure(text);
  }

  measure(text) {
    const used = septets(text);
    const cell = this.find(".septets");
    cell.classList.toggle("over", used === null || used > this.world.budget);
    cell.querySelector("meter").value = used ?? this.world.budget;
    cell.querySelector("span").textContent = used === null ? "not GSM-7" : `${used}/${this.world.budget}`;
  }

  raw(answer) {
    this.find(".request").textContent = answer.request;
    this.find(".answer").textContent = answer.answer;
    this.curl = answer.curl;
  }

  over(status) {
    this.lasted = (performance.now() - this.session.began) / 1000;
    this.session.ended(status);
    this.session = null;
    this.inbox.look();
  }

  hangUp() {
    if (this.session) this.over("Incomplete");
    this.close();
  }

  close() {
    this.popup.hidden = true;
    this.find(".dialled").textContent = "";
    this.find(".handset").focus({ preventScroll: true });
  }

  tick() {
    const now = new Date();
    this.find(".clock").textContent = now.toTimeString().slice(0, 5);
    this.find(".carrier").textContent = this.find("[name=network]").selectedOptions[0].textContent.split(" ")[0];
    const seconds = this.session ? (performance.now() - this.session.began) / 1000 : this.lasted ?? 0;
    this.find(".seconds").textContent = `${Math.floor(seconds)} s`;
    const begun = seconds ? Math.ceil(seconds / this.world.priceSeconds) : 0;
    const [currency, each] = this.world.price.split(" ");
    this.find(".cost").textContent = begun ? `${currency} ${(begun * each).toFixed(2)}` : "–";
  }
}

function randomNumber() {
  return "+234803" + String(Math.floor(1e6 + Math.random() * 9e6));
}

// A screen that names a PIN and offers nothing to choose but the way back.
function wantsPin(text) {
  return /\bPIN\b/.test(text) && !/^[1-9]\d*\. /m.test(text);
}
