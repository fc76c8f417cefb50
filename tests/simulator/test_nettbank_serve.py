"""`nettbank serve` as a process: SFTP with keys, deliveries taken in once, faults, kill -9."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import asyncssh
import pytest
from payment_files import ACCOUNT, BOOKS, ORGNR, payment, simple

BODY = simple(payment("E-1")).encode()
OTHER_ORGNR = "889640782"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Served:
    """A bank that is up, and a customer's way in."""

    def __init__(self, bank, key_path):
        self.bank = bank
        self.key_path = key_path
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator.app", "--state", str(self.bank.folder),
             "--json", "serve", "--http", "127.0.0.1:0", "--sftp", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        where = json.loads(line)
        self.http, self.host_key = where["http"], where["host_key"]
        self.port = int(where["sftp"].rpartition(":")[2])

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=10)
        self.process.stdout.close()
        self.process.stderr.close()

    def sftp(self, work, user="fjord", key=None):
        """Run `work(client)` over SFTP."""

        async def session():
            async with (
                asyncssh.connect(
                    "127.0.0.1", self.port, username=user,
                    client_keys=[key or str(self.key_path)], known_hosts=None,
                ) as connection,
                connection.start_sftp_client() as client,
            ):  # fmt: skip
                return await work(client)

        return asyncio.run(asyncio.wait_for(session(), timeout=20))


@pytest.fixture
def served(bank, tmp_path):
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = tmp_path / "id_ed25519"
    path.write_bytes(key.export_private_key())
    path.chmod(0o600)
    public = tmp_path / "id_ed25519.pub"
    public.write_bytes(key.export_public_key())
    bank("key", ORGNR, public, "--user", "fjord")
    up = Served(bank, path)
    yield up
    if up.process.poll() is None:
        up.stop()


async def deliver(client, body=BODY, name="P001.974760673.M-1.xml"):
    async with client.open("inbox/.a.part", "wb") as file:
        await file.write(body)
    assert (await client.stat("inbox/.a.part")).size == len(body)
    await client.rename("inbox/.a.part", f"inbox/{name}")


async def listed(client, folder):
    return sorted(n for n in await client.listdir(folder) if n not in (".", ".."))


async def fetched(client):
    found = {}
    for name in await listed(client, "outbox"):
        async with client.open(f"outbox/{name}", "rb") as file:
            found[name] = await file.read()
        await client.remove(f"outbox/{name}")
    return found


def test_a_delivery_is_taken_in_and_answered(served):
    async def work(client):
        await deliver(client)
        return (
            await fetched(client),
            await listed(client, "inbox"),
            await listed(client, "archive"),
        )

    answers, inbox, archive = served.sftp(work)

    assert [b"ACTC" in body for body in answers.values()] == [True, False]
    assert (inbox, archive) == ([], ["P001.974760673.M-1.xml"])
    assert served.bank.states() == {"E-1": "waiting"}
    assert served.sftp(fetched) == {}


def test_a_file_written_under_its_final_name_counts_when_it_is_closed(served):
    async def work(client):
        async with client.open("inbox/payments.xml", "wb") as file:
            await file.write(BODY[:100])
            await file.write(BODY[100:], 100)

    served.sftp(work)

    assert served.bank.states() == {"E-1": "waiting"}


def test_unfinished_and_odd_names_are_left_alone(served):
    async def work(client):
        for name in ("x.part", ".hidden", "with space.xml"):
            async with client.open(f"inbox/{name}", "wb") as file:
                await file.write(BODY)
        await client.symlink("payments.xml", "inbox/link.xml")
        return await listed(client, "inbox")

    assert served.sftp(work) == [".hidden", "link.xml", "with space.xml", "x.part"]
    assert served.bank.states() == {}


def test_each_customer_has_folders_and_files_of_its_own(served, tmp_path):
    bank = served.bank
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", OTHER_ORGNR)
    key = asyncssh.generate_private_key("ssh-ed25519")
    public = tmp_path / "vik.pub"
    public.write_bytes(key.export_public_key())
    bank("key", OTHER_ORGNR, public, "--user", "vik")
    bank("advance", "--days", "1")

    own = served.sftp(fetched)
    others = served.sftp(fetched, user="vik", key=key)

    assert [ACCOUNT in body.decode() for body in own.values()] == [True]
    assert [BOOKS in body.decode() for body in others.values()] == [True]
    assert all(ACCOUNT not in body.decode() for body in others.values())
    served.sftp(deliver, user="vik", key=key)  # a file that debits somebody else's account
    assert bank.states() == {}
    (answer,) = served.sftp(fetched, user="vik", key=key).values()
    assert b"RJCT" in answer
    assert b"AG01" in answer
    assert served.sftp(fetched) == {}


def test_a_rename_onto_a_name_in_use_is_refused(served):
    async def work(client):
        for name in ("inbox/x.part", "inbox/y.part"):
            async with client.open(name, "wb") as file:
                await file.write(BODY)
        with pytest.raises(asyncssh.SFTPError):
            await client.rename("inbox/x.part", "inbox/y.part")

    served.sftp(work)


def test_the_statement_comes_by_itself(served):
    served.bank("advance", "--days", "1")

    names = list(served.sftp(fetched))

    assert [".C053." in name for name in names] == [True]


def test_nobody_gets_in_with_another_key_or_out_of_the_folder(served):
    other = asyncssh.generate_private_key("ssh-ed25519")
    with pytest.raises(asyncssh.PermissionDenied):
        served.sftp(fetched, key=other)
    with pytest.raises(asyncssh.PermissionDenied):
        served.sftp(fetched, user="nobody")

    async def work(client):
        return await listed(client, "../../..")

    assert served.sftp(work) == ["archive", "inbox", "outbox"]


def test_a_lost_reply_leaves_the_payment_at_the_bank(served):
    served.bank("fault", "lost_response")
    with pytest.raises((asyncssh.Error, ConnectionError)):
        served.sftp(deliver)

    assert served.bank.states() == {"E-1": "waiting"}
    served.sftp(deliver)  # the same bytes again
    answers = served.sftp(fetched)
    assert sum(b"DU01" in body for body in answers.values()) == 1
    assert served.bank.states() == {"E-1": "waiting"}


def test_maintenance_a_full_disk_and_a_line_that_stalls(served):
    served.bank("fault", "maintenance")
    with pytest.raises((asyncssh.Error, ConnectionError, OSError)):
        served.sftp(fetched)

    served.bank("fault", "disk_full")
    with pytest.raises(asyncssh.SFTPError, match="space"):
        served.sftp(deliver)

    served.sftp(deliver)
    served.bank("fault", "stalled_transfer", "seconds=1")
    began = time.monotonic()
    assert len(served.sftp(fetched)) == 2
    assert time.monotonic() - began >= 1


def test_a_new_host_key_after_the_next_start(served):
    first = served.host_key
    served.stop()
    served.start()
    assert served.host_key == first

    served.bank("fault", "host_key_rotated")
    served.stop()
    served.start()

    assert served.host_key != first


def test_killed_in_the_middle_a_delivery_is_taken_in_once(served):
    served.sftp(deliver)
    served.stop(signal.SIGKILL)
    work = served.bank.folder / "sftp-work"
    archive = served.bank.folder / "sftp" / "fjord" / "archive"
    # As if killed after the payment was kept and before the file was put away.
    name = "P001.974760673.M-1.xml"
    (archive / name).rename(work / f"000000001.fjord.{name}")
    # And one that was moved and not yet looked at.
    (work / "000000002.fjord.second.xml").write_bytes(
        simple(payment("E-2"), message_id="M-2").encode()
    )

    served.start()

    assert served.bank.states() == {"E-1": "waiting", "E-2": "waiting"}
    assert sum(b"DU01" in body for body in served.sftp(fetched).values()) == 0
    assert list(work.iterdir()) == []


@pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's sftp is not installed")
def test_openssh_delivers_and_fetches(served, tmp_path):
    """A client that nobody here wrote, with the host key pinned."""
    body = tmp_path / "body.xml"
    body.write_bytes(BODY)
    known = tmp_path / "known_hosts"
    key = (served.bank.folder / "host_ed25519").read_bytes()
    public = asyncssh.import_private_key(key).export_public_key().decode()
    known.write_text(f"[127.0.0.1]:{served.port} {public}")
    fetched_files = tmp_path / "fetched"
    fetched_files.mkdir()
    batch = (
        f"put {body} inbox/.a.part\nrename inbox/.a.part inbox/a.xml\n"
        f"ls outbox\nget outbox/* {fetched_files}/\n"
    )

    subprocess.run(
        ["sftp", "-q", "-i", str(served.key_path), "-P", str(served.port), "-F", "none",
         "-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes",
         "-b", "-", "fjord@127.0.0.1"],
        input=batch, text=True, check=True, capture_output=True,
    )  # fmt: skip

    assert served.bank.states() == {"E-1": "waiting"}
    assert len(list(fetched_files.iterdir())) == 2


def test_a_port_in_use_is_told_in_a_sentence(served):
    for name, port in (
        ("--http", served.http.rstrip("/").rpartition(":")[2]),
        ("--sftp", served.port),
    ):
        other = "--sftp" if name == "--http" else "--http"
        done = subprocess.run(
            [sys.executable, "-m", "simulator.app", "--state", str(served.bank.folder), "serve",
             name, str(port), other, "0"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.returncode == 1
        assert done.stderr.startswith(f"nettbank: {name} 127.0.0.1:{port}: ")
        assert "Traceback" not in done.stderr


def test_the_pages_are_up_within_seconds(served):
    with urllib.request.urlopen(served.http) as page:
        assert "Logg inn" in page.read().decode()


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_person_orders_uploads_approves_and_fetches_in_a_real_browser(served, tmp_path):
    """Order form, upload, two people's approval and download, without a script on any page."""
    from playwright.sync_api import sync_playwright

    for name in ("Kari", "Ola"):
        subprocess.run(
            [sys.executable, "-m", "simulator.app", "--state", str(served.bank.folder),
             "person", name, "--account", ACCOUNT, "--password-stdin"],
            input="hemmelig-ord\n", text=True, check=True, capture_output=True,
        )  # fmt: skip
    path = tmp_path / "remittance.xml"
    path.write_bytes(BODY)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        complaints = []

        def complain(message):
            if message.type == "error":  # a policy broken, a file missing
                complaints.append(message.text)

        def enter(name):
            page = browser.new_context(java_script_enabled=False).new_page()
            page.on("console", complain)
            page.goto(served.http)
            page.get_by_label("Navn").fill(name)
            page.get_by_label("Passord").fill("hemmelig-ord")
            page.keyboard.press("Enter")
            return page

        kari = enter("Kari")
        kari.get_by_role("link", name="Integrasjon").click()
        kari.get_by_label("to personer i fellesskap").check()
        kari.get_by_label("Detaljer i camt.054").check()
        kari.get_by_role("button", name="Bestill").click()
        kari.get_by_role("heading", name="Ordrebekreftelse").wait_for()

        kari.get_by_role("link", name="Filtjenester").click()
        kari.get_by_label("Fil (pain.001").set_input_files(path)
        kari.get_by_role("button", name="Send").click()
        assert kari.locator(".totals .code").text_content() == control_code(BODY)

        for page in (kari, enter("Ola")):
            page.get_by_role("link", name="Til godkjenning").click()
            page.get_by_role("link", name="Se og godkjenn").click()
            page.get_by_role("button", name="Godkjenn valgte").click()
        assert served.bank.states() == {"E-1": "due"}

        kari.get_by_role("link", name="Simulering").click()
        kari.get_by_role("button", name="En uke").click()
        kari.get_by_role("link", name="Filtjenester").click()
        with kari.expect_download() as fetching:
            kari.get_by_role("link", name=".C54D.").click()
        body = fetching.value.path().read_bytes()
        browser.close()

    assert b"camt.054.001.02" in body
    assert complaints == []
    assert served.bank.states() == {"E-1": "booked"}


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_small_screen_and_a_keyboard_are_enough(served):
    """Every amount lies within 390 points, and Tab, Space and Enter approve a payment."""
    from playwright.sync_api import sync_playwright

    bank = served.bank
    subprocess.run(
        [sys.executable, "-m", "simulator.app", "--state", str(bank.folder),
         "person", "Kari", "--account", ACCOUNT, "--password-stdin"],
        input="hemmelig-ord\n", text=True, check=True, capture_output=True,
    )  # fmt: skip
    bank("charge", ACCOUNT, "--amount", "15")
    bank.upload(simple(payment("E-1", "1234567.00", text="Faktura " + "9" * 100)))
    bank("advance", "--days", "1")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        page = browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 800}
        ).new_page()
        page.goto(served.http)
        # The page puts the cursor there itself, but not before it is drawn.
        page.locator('input[name="name"]:focus').wait_for()
        page.keyboard.type("Kari")
        page.keyboard.press("Tab")
        page.keyboard.type("hemmelig-ord")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Oversikt").wait_for()
        seen = 0
        for path in (
            "",
            f"account/{ACCOUNT}",
            "due",
            "files",
            "world",
            "order",
            "approve/1",
        ):
            page.goto(served.http + path)
            for place in page.locator("td, .amount, button, input, select").all():
                box = place.bounding_box() if place.is_visible() else None
                if box is not None:
                    seen += 1
                    assert box["x"] >= 0, (path, place.inner_text())
                    assert box["x"] + box["width"] <= 390, (path, place.inner_text())
        assert seen > 50

        focus_on(page, 'input[name="payment"]')
        page.keyboard.press("Space")
        assert not page.locator('input[name="payment"]').is_checked()
        page.keyboard.press("Space")
        focus_on(page, 'button[value="approve"]')
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
        browser.close()

    assert bank.states() == {"E-1": "due"}


def focus_on(page, selector: str) -> None:
    """Press Tab until the keyboard stands there, as a person would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def control_code(body: bytes) -> str:
    import hashlib

    digits = hashlib.sha256(body).hexdigest()[:8].upper()
    return f"{digits[:4]}-{digits[4:]}"
