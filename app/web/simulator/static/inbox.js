// The SMS inbox: what the sandbox was handed for this number, and a way to write back.
const EVERY_MS = 1500;

export class Inbox {
  constructor(element, sandbox, number) {
    this.list = element.querySelector("ol");
    this.empty = element.querySelector(".empty");
    this.count = element.querySelector(".count");
    this.sandbox = sandbox;
    this.number = number;
    this.mine = [];
    this.shown = "";
    element.querySelector(".write").addEventListener("submit", (event) => this.write(event));
    setInterval(() => { if (!document.hidden) this.look(); }, EVERY_MS);
  }

  forget() { this.mine = []; this.shown = ""; this.look(); }

  async look() {
    const to = this.number();
    try {
      const answer = await fetch(`${this.sandbox}/control/sms?to=${encodeURIComponent(to)}`);
      const received = await answer.json();
      if (to === this.number()) this.show([...received, ...this.mine]);
    } catch {
      this.empty.textContent = "The sandbox doesn't answer.";
    }
  }

  show(messages) {
    messages.sort((a, b) => a.at.localeCompare(b.at));
    const seen = JSON.stringify(messages);
    if (seen === this.shown) return;
    this.shown = seen;
    this.list.replaceChildren(...messages.map(bubble));
    this.empty.hidden = messages.length > 0;
    this.empty.textContent = "Nothing yet. Receipts arrive here.";
    this.count.textContent = messages.length ? `(${messages.length})` : "";
    this.list.scrollTop = this.list.scrollHeight;
  }

  async write(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    this.mine.push({ mine: true, text, at: new Date().toISOString() });
    await fetch(`${this.sandbox}/control/mo-sms`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: this.number(), text }),
    }).catch(() => {});
    this.look();
  }
}

function bubble(message) {
  const item = document.createElement("li");
  item.classList.toggle("mine", Boolean(message.mine));
  item.textContent = message.text;
  const time = document.createElement("time");
  time.dateTime = message.at;
  time.textContent = new Date(message.at).toLocaleTimeString();
  item.append(time);
  return item;
}
