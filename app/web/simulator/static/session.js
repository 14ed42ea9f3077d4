// One USSD session, as Africa's Talking holds it: the history grows, the endpoint answers.
const ENDPOINT = "/ussd/africastalking";
const LONGEST_HOP_MS = 10_000; // about where gateways give up

export class Session {
  /** `code` may be deep: what follows the short code becomes the first history. */
  constructor(shortCode, code, msisdn, network) {
    this.id = "sim-" + crypto.randomUUID();
    this.shortCode = shortCode;
    this.msisdn = msisdn;
    this.network = network;
    this.inputs = code === shortCode ? [] : code.slice(shortCode.length, -1).split("*");
    this.began = performance.now();
    this.hops = 0;
  }

  static reaches(shortCode, code) {
    return code === shortCode || (code.startsWith(shortCode.slice(0, -1) + "*") && code.endsWith("#"));
  }

  seconds() { return ((this.closed ?? performance.now()) - this.began) / 1000; }

  /** Sends the next input; gives {open, text, request, answer, curl}, where `open` is null for an
   *  answer that is neither CON nor END. Throws when no answer came. */
  async send(input) {
    if (input !== undefined) this.inputs.push(input);
    this.hops += 1;
    const form = this.form({ text: this.inputs.join("*") });
    const answer = await fetch(ENDPOINT, {
      method: "POST", body: form, signal: AbortSignal.timeout(LONGEST_HOP_MS),
    });
    const body = await answer.text();
    const word = answer.ok ? body.slice(0, 4) : "";
    return {
      open: { "CON ": true, "END ": false }[word] ?? null, text: body.slice(4),
      request: `POST ${ENDPOINT}\n\n${[...form].map(([name, value]) => `${name}=${value}`).join("\n")}`,
      answer: `${answer.status} ${answer.headers.get("content-type")}\n` +
        `at-ussd-hop-metadata: ${answer.headers.get("at-ussd-hop-metadata") ?? ""}\n\n${body}`,
      curl: `curl -X POST '${location.origin}${ENDPOINT}' --data '${form}'`,
    };
  }

  /** Tells the program that the session is over, as the gateway would; even while the page closes. */
  end(status) {
    this.closed = performance.now();
    const notice = this.form({
      date: new Date().toISOString().slice(0, 19).replace("T", " "), status,
      durationInMillis: String(Math.round(this.seconds() * 1000)), hopsCount: String(this.hops),
    });
    fetch(`${ENDPOINT}/events`, { method: "POST", body: notice, keepalive: true }).catch(() => {});
  }

  form(more) {
    const network = this.network ? { networkCode: this.network } : {};
    return new URLSearchParams({
      sessionId: this.id, serviceCode: this.shortCode, phoneNumber: this.msisdn, ...network, ...more,
    });
  }
}
