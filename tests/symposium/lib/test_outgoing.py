"""Sending to addresses that somebody typed, and to none of our own network."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from symposium.lib.outgoing import BadAddress, NoAnswer, NotPublic, Target, UnknownHost, find, is_public, post
from tests.registrations.receivers import Receiver, certificate_of_this_machine, listening


@contextmanager
def answering(said, pause=0.0):
    """A server that says ``said`` to whoever comes, at once or a letter after each pause."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        line, _address = listener.accept()
        with line, suppress(OSError):
            line.recv(1000)
            for part in [bytes([letter]) for letter in said] if pause else [said]:
                time.sleep(pause)
                line.sendall(part)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield Target("127.0.0.1", listener.getsockname()[1], "/", False, ("127.0.0.1",))
    finally:
        thread.join()
        listener.close()


@pytest.fixture
def names(monkeypatch):
    """The addresses of hosts, in place of those of the world."""
    known = {"127.0.0.1": ["127.0.0.1"]}

    def look_up(host, port, *_rest, **_options):
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "fec0::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1",
        "2001:db8::1",
    ],
)  # fmt: skip
def test_address_of_a_network_of_its_own_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_address_of_the_world_is_public(address):
    assert is_public(address)


def test_found_target_keeps_the_addresses_that_were_checked(names):
    names["hooks.example.org"] = ["1.1.1.1", "1.0.0.1", "1.1.1.1"]

    found = find("https://hooks.example.org/été?a=1")

    assert found == Target("hooks.example.org", 443, "/%C3%A9t%C3%A9?a=1", True, ("1.1.1.1", "1.0.0.1"))
    assert find("https://hooks.example.org:8443").port == 8443


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "https:///path", "https://user:word@hooks.example.org/",
        "https://hooks.example.org:99999/", "https://[::1", "http://127.0.0.1/", "https://a..b/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(names, url):
    names["hooks.example.org"] = ["1.1.1.1"]

    with pytest.raises(BadAddress):
        find(url)


def test_one_private_address_of_a_host_is_enough_to_refuse_it(names):
    names["hooks.example.org"] = ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(NotPublic):
        find("https://hooks.example.org/")


def test_host_that_nobody_knows(names):
    with pytest.raises(UnknownHost):
        find("https://nowhere.example.org/")


def test_number_that_the_system_reads_as_an_address_is_read_the_same():
    with pytest.raises(NotPublic):
        find("https://2130706433/")


def test_this_machine_is_for_debug_alone(settings):
    with pytest.raises(NotPublic):
        find("https://127.0.0.1/")
    settings.DEBUG = True
    assert find("https://127.0.0.1/").addresses == ("127.0.0.1",)
    assert find("http://127.0.0.1:81/").port == 81
    with pytest.raises(BadAddress):
        find("http://localhost/")


def test_name_that_points_elsewhere_meanwhile_changes_nothing(names):
    receiver = Receiver(200)
    with listening(receiver) as url:
        port = int(url.split(":")[2].split("/")[0])
        names["rebound.example.org"] = ["10.0.0.1"]

        status = post(Target("rebound.example.org", port, "/", False, ("127.0.0.1",)), b"{}", {})

    assert status == 200
    assert receiver.requests[0][0]["Host"] == f"rebound.example.org:{port}"


def test_second_address_is_tried_where_the_first_does_not_answer():
    with listening(Receiver(200)) as url:
        port = int(url.split(":")[2].split("/")[0])

        assert post(Target("127.0.0.1", port, "/", False, ("127.0.0.2", "127.0.0.1")), b"", {}) == 200


@pytest.mark.parametrize("status", [200, 204, 301, 404, 500])
def test_status_is_returned_and_nothing_followed(status, settings):
    settings.DEBUG = True
    receiver = Receiver(status)
    with listening(receiver) as url:
        assert post(find(url), b"{}", {}) == status

    assert len(receiver.requests) == 1


def test_answer_that_is_not_http(settings):
    settings.DEBUG = True
    with listening(Receiver("nonsense")) as url, pytest.raises(NoAnswer):
        post(find(url), b"", {})


@pytest.mark.parametrize("said", [b"", b"H" * 5000])
def test_line_that_ends_too_early_or_never(said):
    with answering(said) as target, pytest.raises(NoAnswer):
        post(target, b"", {})


def test_time_is_that_of_the_whole_answer():
    with answering(b"HTTP/1.1 200 OK", pause=0.1) as target:
        begun = time.monotonic()

        with pytest.raises(TimeoutError):
            post(target, b"", {}, seconds=0.35)

    assert time.monotonic() - begun < 1


def test_time_that_is_over_is_not_begun():
    with pytest.raises(TimeoutError):
        post(Target("127.0.0.1", 9, "/", False, ("127.0.0.1",)), b"", {}, seconds=0)


def test_tls_holds_for_a_certificate_that_is_trusted(settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    certificate, key = certificate_of_this_machine(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with listening(Receiver(200), context) as url:
        with pytest.raises(ssl.SSLCertVerificationError):
            post(find(url), b"", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert post(find(url), b"", {}) == 200
