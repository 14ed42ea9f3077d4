// One handset: the dialled line, the USSD pop-up, and the session behind them.
import { Drawer } from "./drawer.js";
import { Faults } from "./faults.js";
import { Inbox } from "./inbox.js";
import { Keypad } from "./keypad.js";
import { Line } from "./line.js";
import { Recorder } from "./recorder.js";
import { Session } from "./session.js";
import { Strip } from "./strip.js";

const NO_ANSWER = "No answer from the network. Try again";
const NO_USSD = "Connection problem or invalid MMI code";
const NOT_OURS = "This phone only dials codes that begin with ";
const ROW = 18;
// What the pop-up offers besides its text: a field, the same hop again, or nothing but OK.
const SEND = { open: "Send", again: "Send again", last: "OK" };

export class Phone {
  constructor(element, world) {
    this.element = element;
    this.world = world;
    this.session = null; // the running one
    this.latest = null; // the running one or the last that ended
    this.find = (selector) => element.querySelector(selector);
    this.popup = this.find(".popup");
    this.field = this.find(".field");
    this.dialled = this.find(".dialled");
    this.line = new Line(this.find(".controls"), () => this.moved(), () => this.tick());
    this.strip = new Strip(this.find(".strip"), world);
    this.drawer = new Drawer(this.find(".raw"));
    this.faults = new Faults(this.find(".faults"), (hungUp) => hungUp ? this.hangUp() : this.drop());
    this.recorder = new Recorder(this.find(".recorder"), world.demoPin, () => this.owner());
    this.inbox = new Inbox(this.find(".inbox"), world.sandbox, this.line, () => this.mail());
    this.acts = {
      call: () => this.popup.hidden ? this.dial() : this.reply(),
      right: () => this.popup.hidden ? this.erase() : this.reply(),
      left: () => this.popup.hidden ? this.write(world.shortCode) : this.hangUp(),
      end: () => this.hangUp(),
      clear: () => this.erase(),
      up: () => this.find(".text").scrollBy(0, -ROW),
      down: () => this.find(".text").scrollBy(0, ROW),
    };
    new Keypad(this.find(".handset"), this.field, (key) => this.press(key));
    this.popup.addEventListener("submit", (event) => { event.preventDefault(); this.reply(); });
    this.find(".cancel").addEventListener("click", () => this.hangUp());
    addEventListener("pagehide", () => this.session?.end(true));
    this.strip.measure("", this.line.gateway.budget);
    this.tick();
    setInterval(() => this.tick(), 500);
  }

  owner() {
    return {
      recordedAs: this.line.recordedAs, msisdn: this.line.msisdn, network: this.line.network.code,
    };
  }

  /** Another number or another gateway: what was going on ends. */
  moved() {
    this.hangUp();
    this.strip.measure("", this.line.gateway.budget);
    this.inbox.forget();
    this.recorder.follow();
  }

  mail() {
    this.find(".mail").hidden = false;
    this.recorder.received();
  }

  // --- keys ---------------------------------------------------------------------------------

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
    else if (this.popup.dataset.offers === "open") this.field.value = change(this.field.value);
    this.label();
  }

  /** What the soft keys do now stands above them, as on a handset. */
  label() { this.find(".soft-right").textContent = this.dialled.textContent ? "Clear" : ""; }

  // --- a session ----------------------------------------------------------------------------

  waiting() { return !this.find(".busy").hidden; }

  dial() {
    const { shortCode, switchboard } = this.world;
    const code = this.dialled.textContent || shortCode;
    this.dialled.textContent = code;
    if (!Session.reaches(shortCode, code)) {
      this.show(NOT_OURS + shortCode.slice(0, -1), "last");
      return;
    }
    const { gateway, msisdn, network } = this.line;
    this.session = new Session(switchboard, gateway.name, code, msisdn, network.code);
    this.latest = this.session;
    this.recorder.dialled(code);
    this.exchange();
  }

  reply() {
    const { offers } = this.popup.dataset;
    if (!this.session) this.close();
    else if (offers === "again") this.exchange();
    else {
      this.recorder.typed(this.field.value);
      this.exchange(this.field.value);
    }
  }

  async exchange(input) {
    const { session } = this;
    const trouble = this.faults.take();
    this.popup.hidden = true;
    this.busy(true);
    const said = await session.send(input, trouble).catch(() => ({ problem: "no_answer" }));
    if (said.request) this.drawer.show(said);
    if (session !== this.session) return; // hung up meanwhile
    this.busy(false);
    if (said.error) this.drop(said.error);
    else if (["lost_answer", "no_answer"].includes(said.problem)) this.show(NO_ANSWER, "again");
    else if (said.problem) this.drop(NO_USSD, (session) => session.close()); // told by its gateway
    else this.answered(said);
  }

  answered({ text, close }) {
    this.recorder.shown(text, close);
    this.strip.measure(text, this.line.gateway.budget);
    if (close) this.over((session) => session.close());
    this.show(text, close ? "last" : "open");
  }

  busy(is) {
    this.find(".busy").hidden = !is;
    if (is) this.find(".said").textContent = "USSD code running";
    this.faults.follow(this.session);
  }

  show(text, offers) {
    this.find(".text").textContent = text;
    this.find(".text").scrollTop = 0;
    this.find(".said").textContent = text;
    this.popup.dataset.offers = offers;
    this.find(".send").textContent = SEND[offers];
    this.field.value = "";
    this.popup.hidden = false;
    (offers === "open" ? this.field : this.find(".send")).focus({ preventScroll: true });
    this.faults.follow(this.session);
    this.tick();
  }

  over(how) {
    how(this.session);
    this.session = null;
    this.inbox.look();
  }

  /** The network cuts the session off. */
  drop(why = NO_USSD, how = (session) => session.end(false)) {
    if (this.session) this.over(how);
    this.busy(false);
    this.show(why, "last");
  }

  hangUp() {
    if (this.session) this.over((session) => session.end(true));
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
    const { gateway, network } = this.line;
    this.find(".clock").textContent = new Date().toTimeString().slice(0, 5);
    this.find(".carrier").textContent = network.carrier;
    this.strip.tick(this.latest, gateway.label, network.label);
  }
}
