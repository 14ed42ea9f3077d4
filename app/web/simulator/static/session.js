// One USSD session as its handset knows it: which line it is on, and what was typed since dialling.
export class Session {
  /** `code` may be deep: `*384*123*1*1#`. */
  constructor(switchboard, gateway, code, msisdn, network) {
    this.switchboard = switchboard;
    this.call = { gateway, session: "sim-" + crypto.randomUUID(), msisdn, dialled: code, network };
    this.typed = [];
    this.began = performance.now();
    this.hops = 0;
  }

  static reaches(shortCode, code) {
    return code === shortCode || (code.startsWith(shortCode.slice(0, -1) + "*") && code.endsWith("#"));
  }

  seconds() { return ((this.closed ?? performance.now()) - this.began) / 1000; }

  /** Sends the next input; without one, the latest hop again. */
  send(input, trouble) {
    if (input !== undefined) this.typed.push(input);
    this.hops += 1;
    return this.switchboard.hop(this.call, this.typed, trouble);
  }

  /** The last screen was shown: nothing more comes. */
  close() { this.closed = performance.now(); }

  /** It was cut off, by whoever holds the handset or by the network. */
  end(hungUp) {
    this.close();
    this.switchboard.end(this.call, this.typed, hungUp);
  }
}
