// A dialogue as a journey script: the format of tests/journeys/README.md.
const WRONG_PIN = "0000";
const USUAL_NETWORK = "62130";
const REGISTERED = /^registered with /;
const BALANCE = /\bBalance ([A-Z]{3} [\d,]+\.00)\b/;
const AMOUNTS_HELD = /\b(Balance|Float|commission) [A-Z]{3} -?[\d,]+(\.\d\d)?/g;
// What another run shows otherwise, and what stands there instead.
const VARIES = [
  [/\b(Ref|Ticket|[Rr]eport|Code) [0-9A-Z]{4,10}\b/g, "$1 ..."],
  [/\b\d+ min ago/g, "... min ago"],
  [/\b\d{1,2}:\d{2}\b/g, "..."],
  [/^(\d+\. )Buy again: .*$/gm, "$1..."],
];

export class Script {
  /** `recordedAs` is who dials, in the script's words; a registered number begins with the balance
   *  that the first screen shows. */
  constructor({ recordedAs, msisdn, network, demoPin }) {
    this.recordedAs = recordedAs;
    this.msisdn = msisdn;
    this.network = network;
    this.demoPin = demoPin;
    this.steps = [];
    this.screen = "";
    this.receipt = false;
  }

  get length() { return this.steps.length; }

  dialled(code) { this.step(`dial ${code}`); }

  /** A PIN is written down only when it is the demo PIN; any other stands as one that is wrong. */
  typed(input) {
    if (!this.length) return;
    const secret = asksPin(this.screen) && input.length > 3 && input !== this.demoPin;
    this.step(`> ${secret ? WRONG_PIN : input}`);
  }

  /** What the handset shows of the latest step; an answer that is lost shows nothing. */
  shown(text, close) {
    if (!this.length) return;
    if (this.length === 1) this.balance = text.match(BALANCE)?.[1];
    this.screen = text;
    this.steps.at(-1).screen = (close ? "END " : "") + text;
  }

  /** An SMS came in: by then the workers had done their part. */
  received() { this.receipt = this.length > 0; }

  step(act) {
    if (this.receipt) this.steps.push({ act: "later" });
    this.receipt = false;
    this.steps.push({ act, screen: "..." });
  }

  text() {
    const registered = REGISTERED.test(this.recordedAs);
    const known = registered && this.balance;
    const head = ["Recorded on the browser phone.", ""];
    head.push(`as: ${known ? `registered with ${this.balance}` : this.recordedAs}`);
    if (!registered) head.push(`number: ${this.msisdn}`);
    if (this.network && this.network !== USUAL_NETWORK) head.push(`network: ${this.network}`);
    const steps = this.steps.map(({ act, screen }) => {
      const gap = act.startsWith("dial ") ? "\n" : "";
      return gap + act + (screen ? "\n" + indented(this.general(screen, known)) : "");
    });
    return [...head, ...steps].join("\n") + "\n";
  }

  /** A screen without what differs from run to run. */
  general(screen, balancesKnown) {
    let text = screen.replaceAll(this.msisdn, "...").replaceAll(spoken(this.msisdn), "...");
    for (const [pattern, instead] of VARIES) text = text.replace(pattern, instead);
    return balancesKnown ? text : text.replace(AMOUNTS_HELD, "$1 ...");
  }
}

/** Does a screen want a PIN: does it name one, and offer nothing but the way back? */
function asksPin(screen) { return /\bPIN\b/.test(screen) && !/^[1-9]\d*\. /m.test(screen); }

function indented(text) { return text.split("\n").map((line) => `  ${line}`).join("\n"); }

/** An MSISDN as screens show it: 0803 000 0001. */
function spoken(msisdn) {
  return msisdn.replace(/^\+\d{3}(\d{3})(\d{3})(\d+)$/, "0$1 $2 $3");
}
