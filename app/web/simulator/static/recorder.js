// Records a dialogue of a demo account and saves it as a journey script.
import { Script } from "./script.js";

export class Recorder {
  /** `who()` is the number in use: {recordedAs, msisdn, network}, `recordedAs` empty for one whose
   *  PIN is its owner's secret. */
  constructor(element, demoPin, who) {
    this.find = (selector) => element.querySelector(selector);
    this.demoPin = demoPin;
    this.who = who;
    this.button = this.find(".record");
    this.button.addEventListener("click", () => this.running ? this.stop() : this.start());
    this.find(".save").addEventListener("click", () => this.save());
    this.follow();
  }

  /** Another number: what was recorded stays to be saved. */
  follow() {
    this.stop();
    this.button.disabled = !this.who().recordedAs;
    if (this.button.disabled) this.say("Only demo accounts are recorded: their PIN is no secret.");
  }

  start() {
    this.script = new Script({ ...this.who(), demoPin: this.demoPin });
    this.running = true;
    this.tell();
  }

  stop() {
    this.running = false;
    this.tell();
  }

  dialled(code) { this.note(() => this.script.dialled(code)); }

  typed(input) { this.note(() => this.script.typed(input)); }

  shown(text, close) { this.note(() => this.script.shown(text, close)); }

  received() { this.note(() => this.script.received()); }

  note(what) {
    if (!this.running) return;
    what();
    this.tell();
  }

  tell() {
    const steps = this.script?.length ?? 0;
    const counted = `${steps} ${steps === 1 ? "step" : "steps"}`;
    this.button.setAttribute("aria-pressed", String(Boolean(this.running)));
    this.button.textContent = this.running ? "Stop" : "Record";
    this.find(".save").disabled = !steps;
    if (this.running) this.say(steps ? `Recording, ${counted}.` : "Recording begins when you dial.");
    else this.say(steps ? `${counted} recorded.` : "");
  }

  say(text) { this.find(".tape").textContent = text; }

  save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.script.text()], { type: "text/plain" }));
    link.download = `recorded_${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}
