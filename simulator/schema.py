"""The tables of the bank's one SQLite file.

Amounts are whole øre, signed from the account holder's side: money out is negative.
Times are Europe/Oslo wall-clock text (`2026-11-02T09:00:00`), dates `2026-11-02`, so that
text order is time order. `payment.id` is the order of arrival, and that is the order in
which funds are given.
"""

VERSION = 3

TABLES = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE account (
    number TEXT PRIMARY KEY, owner TEXT NOT NULL, orgnr TEXT NOT NULL,
    currency TEXT NOT NULL, opened TEXT NOT NULL, opening INTEGER NOT NULL,
    balance INTEGER NOT NULL, statement_day TEXT NOT NULL DEFAULT '',
    statement_balance INTEGER NOT NULL, statement_number INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE contra (
    name TEXT NOT NULL, currency TEXT NOT NULL, balance INTEGER NOT NULL,
    PRIMARY KEY (name, currency)
) STRICT;
CREATE TABLE person (
    name TEXT PRIMARY KEY, password TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE person_right (
    person TEXT NOT NULL REFERENCES person, account TEXT NOT NULL REFERENCES account,
    limit_ore INTEGER, PRIMARY KEY (person, account)
) STRICT;
CREATE TABLE agreement (
    account TEXT PRIMARY KEY REFERENCES account, ocr TEXT NOT NULL DEFAULT '',
    kid_lengths TEXT NOT NULL DEFAULT '', camt054 INTEGER NOT NULL DEFAULT 0,
    approvals INTEGER NOT NULL DEFAULT 1, camt_version TEXT NOT NULL DEFAULT '02',
    discreet_salary INTEGER NOT NULL DEFAULT 0, notify TEXT NOT NULL DEFAULT 'run'
) STRICT;
CREATE TABLE payee (
    number TEXT PRIMARY KEY, owner TEXT NOT NULL DEFAULT '',
    orgnr TEXT NOT NULL DEFAULT '',
    closed INTEGER NOT NULL DEFAULT 0, returns INTEGER NOT NULL DEFAULT 0,
    kid TEXT NOT NULL DEFAULT 'optional'
) STRICT;
CREATE TABLE message (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL, message_id TEXT NOT NULL,
    message_name TEXT NOT NULL, created TEXT NOT NULL, received TEXT NOT NULL,
    file_name TEXT NOT NULL, sha256 TEXT NOT NULL, body BLOB NOT NULL,
    payments INTEGER NOT NULL, total INTEGER NOT NULL, control_sum TEXT NOT NULL,
    state TEXT NOT NULL, reason_code TEXT NOT NULL DEFAULT '',
    reason_text TEXT NOT NULL DEFAULT '', uploader TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX message_once ON message (customer, message_id)
    WHERE state = 'received';
CREATE TABLE payment (
    id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message,
    payment_information_id TEXT NOT NULL, batch_booking TEXT NOT NULL,
    kind TEXT NOT NULL, category TEXT NOT NULL, service TEXT NOT NULL,
    charge_bearer TEXT NOT NULL, end_to_end_id TEXT NOT NULL,
    instruction_id TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, creditor TEXT NOT NULL, creditor_account TEXT NOT NULL,
    kid TEXT NOT NULL, text TEXT NOT NULL, documents TEXT NOT NULL,
    requested TEXT NOT NULL, execution TEXT NOT NULL, state TEXT NOT NULL,
    approved TEXT NOT NULL DEFAULT '', held_since TEXT NOT NULL DEFAULT '',
    reason_code TEXT NOT NULL DEFAULT '', reason_text TEXT NOT NULL DEFAULT '',
    ended TEXT NOT NULL DEFAULT '', detail INTEGER
) STRICT;
CREATE INDEX payment_by_state ON payment (state, execution);
CREATE INDEX payment_by_message ON payment (message);
CREATE TABLE approval (
    payment INTEGER NOT NULL REFERENCES payment, person TEXT NOT NULL REFERENCES person,
    at TEXT NOT NULL, PRIMARY KEY (payment, person)
) STRICT;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES account,
    amount INTEGER NOT NULL, kind TEXT NOT NULL, booked TEXT NOT NULL,
    booking_date TEXT NOT NULL, value_date TEXT NOT NULL, reference TEXT NOT NULL,
    text TEXT NOT NULL, message_id TEXT NOT NULL DEFAULT '',
    payment_information_id TEXT NOT NULL DEFAULT '', lump INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL DEFAULT 1, ocr_serial INTEGER NOT NULL DEFAULT 0,
    settlement INTEGER NOT NULL DEFAULT 0, notified INTEGER NOT NULL DEFAULT 0,
    ocr_sent INTEGER NOT NULL DEFAULT 0, reversal INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX entry_by_day ON entry (account, booking_date);
CREATE INDEX entry_not_notified ON entry (notified) WHERE notified = 0;
CREATE INDEX entry_not_in_ocr ON entry (ocr_sent) WHERE ocr_serial > 0 AND ocr_sent = 0;
CREATE TABLE detail (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry,
    amount INTEGER NOT NULL, reference TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '', payment_information_id TEXT NOT NULL DEFAULT '',
    instruction_id TEXT NOT NULL DEFAULT '', kid TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', documents TEXT NOT NULL DEFAULT '[]',
    counterparty TEXT NOT NULL DEFAULT '', counterparty_account TEXT NOT NULL DEFAULT '',
    ordered TEXT NOT NULL DEFAULT '', return_code TEXT NOT NULL DEFAULT '',
    return_text TEXT NOT NULL DEFAULT '', extra TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX detail_by_entry ON detail (entry);
CREATE TABLE receipt (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES account,
    amount INTEGER NOT NULL, kid TEXT NOT NULL, text TEXT NOT NULL, payer TEXT NOT NULL,
    payer_account TEXT NOT NULL, arrived TEXT NOT NULL, due TEXT NOT NULL,
    booked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX receipt_waiting ON receipt (due) WHERE booked = 0;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    body BLOB NOT NULL, sha256 TEXT NOT NULL, created TEXT NOT NULL,
    visible TEXT NOT NULL, collected TEXT NOT NULL DEFAULT '',
    exported TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE sftp_key (
    user TEXT NOT NULL, customer TEXT NOT NULL, key TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (user, key)
) STRICT;
CREATE TABLE happening (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    norwegian TEXT NOT NULL, customer TEXT NOT NULL
) STRICT;
CREATE TABLE errand (
    id INTEGER PRIMARY KEY, due TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX errand_waiting ON errand (due) WHERE done = 0;
CREATE TABLE fault (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, options TEXT NOT NULL,
    armed TEXT NOT NULL, remaining INTEGER NOT NULL
) STRICT;
"""
