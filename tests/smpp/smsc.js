// An SMSC made with the npm package `smpp`, which shares no code with ours. Driven by lines of JSON
// on standard input (node smsc.js [PORT [KEY.pem CERT.pem]]: with TLS); says what happens in lines of JSON on standard output.
//   {"do": "deliver", "fields": {...}}   a deliver_sm; texts as fields.short_message or fields.hex
//   {"do": "raw", "hex": "..."}          octets as they are
//   {"do": "answer", "status": 88, "count": 3}   the next submit_sm get this status
//   {"do": "hold", "count": 2}           the next submit_sm get no answer
//   {"do": "cut"}                        end the connection
//   {"do": "receipts", "form": "text" | "tlv" | "early" | "none", "ids": "same" | "hex"}
//   {"do": "quiet"}                      count submissions instead of telling each
//   {"do": "count"}                      how many submissions and distinct ones there were
'use strict';
const fs = require('node:fs');
const readline = require('node:readline');
const smpp = require('smpp');

let bound = null;
let holds = 0;
let answers = [];
let receipts = {form: 'none', ids: 'same'};
let quiet = false;
let submitted = 0;
const destinations = new Map();
let lastId = 1000;

function say(event, facts) {
  process.stdout.write(JSON.stringify({event, ...facts}) + '\n');
}

function hex(value) {
  return Buffer.isBuffer(value) ? value.toString('hex') : value;
}

function told(pdu) {
  const message = pdu.short_message || {};
  return {
    from: pdu.source_addr, to: pdu.destination_addr, from_ton: pdu.source_addr_ton,
    text: String(message.message === undefined ? '' : message.message), udh: (message.udh || []).map(hex),
    data_coding: pdu.data_coding, esm_class: pdu.esm_class, receipt: pdu.registered_delivery,
    op: hex(pdu.ussd_service_op), session: hex(pdu.its_session_info), service: pdu.service_type,
  };
}

function receipt(session, pdu, id) {
  const form = receipts.ids === 'hex' ? String(parseInt(id, 16)) : id;
  const fields = {
    source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
    short_message: receipts.form === 'tlv' ? '' :
      `id:${form} sub:001 dlvrd:001 submit date:2611291000 done date:2611291001 stat:DELIVRD err:000 text:`,
  };
  if (receipts.form === 'tlv') {
    fields.receipted_message_id = id;
    fields.message_state = 2;
  }
  session.deliver_sm(fields);
}

function submit(session, pdu) {
  submitted++;
  if (quiet) {
    destinations.set(pdu.destination_addr, (destinations.get(pdu.destination_addr) || 0) + 1);
  } else {
    say('submit', told(pdu));
  }
  if (holds > 0) {
    holds--;
    return;
  }
  if (answers.length) {
    session.send(pdu.response({command_status: answers.shift()}));
    return;
  }
  const id = receipts.ids === 'hex' ? (++lastId).toString(16).toUpperCase().padStart(8, '0') : String(++lastId);
  if (receipts.form === 'early') receipt(session, pdu, id);
  session.send(pdu.response({message_id: id}));
  if (receipts.form === 'text' || receipts.form === 'tlv') receipt(session, pdu, id);
}

const [port, key, cert] = process.argv.slice(2);
const tls = key ? {key: fs.readFileSync(key), cert: fs.readFileSync(cert)} : {};

const server = smpp.createServer(tls, (session) => {
  session.on('bind_transceiver', (pdu) => {
    const known = pdu.system_id === 'nexustop' && pdu.password === 'secret';
    session.send(pdu.response({command_status: known ? 0 : smpp.ESME_RBINDFAIL, system_id: 'smsc'}));
    if (known) {
      bound = session;
      say('bound', {version: pdu.interface_version, type: pdu.system_type});
    } else {
      say('refused', {});
    }
  });
  session.on('submit_sm', (pdu) => submit(session, pdu));
  session.on('enquire_link', (pdu) => {
    session.send(pdu.response());
    say('enquire_link', {});
  });
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    say('unbind', {});
    session.close();
  });
  session.on('deliver_sm_resp', (pdu) => quiet || say('delivered', {sequence: pdu.sequence_number, status: pdu.command_status}));
  session.on('generic_nack', (pdu) => say('nack', {sequence: pdu.sequence_number, status: pdu.command_status}));
  session.on('close', () => {
    if (bound === session) bound = null;
    say('closed', {});
  });
  session.on('error', (error) => say('broken', {why: error.code || String(error)}));
});

const acts = {
  deliver({fields}) {
    if (fields.hex !== undefined) {
      fields.short_message = Buffer.from(fields.hex, 'hex');
      delete fields.hex;
    }
    for (const name of ['ussd_service_op', 'its_session_info']) {
      if (typeof fields[name] === 'string') fields[name] = Buffer.from(fields[name], 'hex');
    }
    bound.deliver_sm(fields);
  },
  raw: ({hex: octets}) => bound.socket.write(Buffer.from(octets, 'hex')),
  answer: ({status, count}) => { answers = answers.concat(Array(count).fill(status)); },
  hold: ({count}) => { holds += count; },
  cut: () => bound.socket.destroy(),
  receipts: ({form, ids}) => { receipts = {form, ids: ids || 'same'}; },
  quiet: () => { quiet = true; },
  count: () => say('count', {submitted, distinct: destinations.size}),
};

readline.createInterface({input: process.stdin}).on('line', (line) => {
  const act = JSON.parse(line);
  acts[act.do](act);
  if (act.do !== 'count') say('done', {did: act.do});
}).on('close', () => process.exit(0));

server.listen(Number(port || 0), '127.0.0.1', function () {
  say('listening', {port: this.address().port});
});
