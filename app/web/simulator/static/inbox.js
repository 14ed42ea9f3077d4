// The SMS inbox: what the sandbox was handed for this number, and a way to write back.
import { parts } from "./gsm7.js";

const EVERY_MS = 1500;
const SILENT = "The sandbox doesn't answer.";

export class Inbox {
  /** `line` is whose inbox it is; `arrived()` is called when a new SMS comes in. */
  constructor(element, sandbox, line, arrived) {
    this.element = element;
    this.list = element.querySelector("ol");
    this.note = element.querySelector(".note");
    this.count = element.querySelector(".count");
    this.sandbox = sandbox;
    this.line = line;
    this.arrived = arrived;
    this.forget();
    const form = element.querySelector(".write");
    form.addEventListener("submit", (event) => this.write(event));
    form.addEventListener("input", () => this.measure(form.elements.text.value));
    setInterval(() => this.look(), EVERY_MS);
  }

  /** Another number: begin again. */
  forget() {
    this.mine = [];
    this.known = null;
    this.shown = "";
    this.list.replaceChildren();
    this.look();
  }

  async look() {
    if (document.hidden || this.element.closest("[hidden]")) return;
    const to = this.line.msisdn;
    try {
      const answer = await fetch(`${this.sandbox}/control/sms?to=${encodeURIComponent(to)}`);
      const received = await answer.json();
      if (to === this.line.msisdn) this.show(received);
    } catch {
      this.say(SILENT);
    }
  }

  show(received) {
    const messages = [...received, ...this.mine].sort((a, b) => new Date(a.at) - new Date(b.at));
    if (this.known !== null && received.length > this.known) this.arrived();
    this.known = received.length;
    this.say(messages.length ? "" : "Nothing yet. Receipts arrive here.");
    const seen = JSON.stringify(messages);
    if (seen === this.shown) return;
    this.shown = seen;
    this.list.replaceChildren(...messages.map(bubble));
    this.count.textContent = messages.length || "";
    this.list.scrollTop = this.list.scrollHeight;
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  /** How long the SMS is that is being written. */
  measure(text) {
    const { used, room, count } = parts(text);
    this.element.querySelector(".length").textContent = text ? `${used} of ${room}, ${count} SMS` : "";
  }

  async write(event) {
    event.preventDefault();
    const { text: field, sms_gateway: gateway } = event.target.elements;
    const text = field.value.trim();
    if (!text) return;
    const at = new Date().toISOString();
    try {
      const answer = await fetch(`${this.sandbox}/control/mo-sms`, {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          from: this.line.msisdn, text, gateway: gateway.value, network: this.line.network.code,
        }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      this.say(`Not sent. ${SILENT}`);
      return;
    }
    field.value = "";
    this.measure("");
    this.mine.push({ mine: true, text, at });
    this.look();
  }
}

function bubble(message) {
  const item = document.createElement("li");
  item.classList.toggle("mine", Boolean(message.mine));
  item.textContent = message.text;
  const foot = document.createElement("small");
  const time = document.createElement("time");
  time.dateTime = message.at;
  time.textContent = new Date(message.at).toLocaleTimeString();
  const from = message.mine ? "You" : message.sender;
  foot.append(from ? `${from}, ` : "", time);
  item.append(foot);
  return item;
}
