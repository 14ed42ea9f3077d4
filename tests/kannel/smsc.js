// An SMSC on loopback, by the independent `smpp` package of node.
//
//   node smsc.js FOLDER_OF_THE_PACKAGE PORT
//
// One JSON object a line. On stdin what a handset sends: {by, from, to, text} and, in a USSD dialogue,
// {operation, info} (ussd_service_op; its_session_info in hexadecimal). `by` is the system_id of the
// bind it goes to. On stdout {bound}, and what is submitted, in the same words. An SMS that wants a
// receipt is delivered at once.
"use strict";

const smpp = require(`${process.argv[2]}/smpp`);
const binds = {};
let submitted = 0;

const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);

function bring(words) {
  const pdu = { source_addr: words.from, destination_addr: words.to, short_message: words.text };
  if (words.operation !== undefined) {
    pdu.ussd_service_op = words.operation;
    pdu.its_session_info = Buffer.from(words.info, "hex");
  }
  binds[words.by].deliver_sm({ source_addr_ton: 1, source_addr_npi: 1, data_coding: 0, ...pdu });
}

function receipt(session, pdu, id) {
  session.deliver_sm({
    source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
    source_addr_ton: 1, source_addr_npi: 1, receipted_message_id: id, message_state: 2,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611240900 done date:2611240900 ` +
      "stat:DELIVRD err:000 text:" + pdu.short_message.message.slice(0, 20),
  });
}

const server = smpp.createServer((session) => {
  let by = "";
  session.on("error", () => session.close());
  session.on("bind_transceiver", (pdu) => {
    by = pdu.system_id;
    binds[by] = session;
    session.send(pdu.response());
    say({ bound: by });
  });
  session.on("submit_sm", (pdu) => {
    submitted += 1;
    const id = `smsc-${submitted}`;
    session.send(pdu.response({ message_id: id }));
    const info = pdu.its_session_info;
    say({
      by, from: pdu.source_addr, to: pdu.destination_addr, text: pdu.short_message.message,
      operation: pdu.ussd_service_op, info: info && Buffer.from(info).toString("hex"),
    });
    if (pdu.registered_delivery & 1) receipt(session, pdu, id);
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
});

server.listen(Number(process.argv[3]), "127.0.0.1", () => say({ listening: true }));
require("readline").createInterface({ input: process.stdin }).on("line", (line) => bring(JSON.parse(line)))
  .on("close", () => process.exit(0));
