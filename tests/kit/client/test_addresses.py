from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.client import Client, errors
from pactwright.client.addresses import Connection, connection, read_base_url

PROXY_NAMES = [
    name
    for lower in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    for name in (lower, lower.upper())
]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests may have a proxy of its own."""
    for name in PROXY_NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://a", "http://a"),
        ("http://a/", "http://a"),
        ("HTTP://A.example:8080/v1/", "http://a.example:8080/v1"),
        ("http://127.0.0.1:4566/_aws/execute-api/x/live", "http://127.0.0.1:4566/_aws/execute-api/x/live"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
    ],
)  # fmt: skip
def test_a_base_url_is_normalised(text: str, expected: str) -> None:
    """Its path stays as a prefix."""
    assert read_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example",
        "/v1",
        "ftp://a",
        "http://",
        "http:///x",
        "http://a:port",
        "http://a:99999",
        "http://[::1",
        "http://a?x=hush",
        "http://a#x",
        "http://a?",
        "http://*a*/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_base_url_is_refused_at_construction(text: str) -> None:
    """An environment variable may be missing or misspelt: the error says what a base URL is."""
    with pytest.raises(errors.ArgumentError, match=r"is no base URL: .*https://api") as caught:
        Client(text)

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("text", ["http://ada:hush@a.example", "ftp://ada:hush@a", "ada:hush@a"])
def test_a_password_in_a_base_url_is_refused_and_not_shown(text: str) -> None:
    """It would end up in texts and logs."""
    with pytest.raises(errors.ArgumentError) as caught:
        Client(text)

    assert "hush" not in str(caught.value)


def reached(
    url: str = "http://a.example",
    *,
    trust_env: bool = True,
    proxies: dict[str, str] | None = None,
    verify: bool | str = True,
    cert: str | tuple[str, str] | None = None,
    environment: dict[str, str] | None = None,
) -> Connection:
    return connection(
        url,
        trust_env=trust_env,
        proxies=proxies,
        verify=verify,
        cert=cert,
        environment=environment or {},
    )


def test_a_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """For its scheme; NO_PROXY excepts hosts; trust_env=False leaves the environment alone."""
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "b.example,127.0.0.1")

    assert reached().proxies == {"http": "http://proxy:3128"}
    assert reached("https://a.example").proxies is None
    assert reached("http://x.b.example").proxies is None
    assert reached("http://127.0.0.1:8000").proxies is None
    assert reached(trust_env=False).proxies is None


def test_a_proxy_that_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the environment, as with requests."""
    monkeypatch.setenv("http_proxy", "http://proxy:3128")

    assert reached(proxies={"http": "http://mine:1"}).proxies == {"http": "http://mine:1"}
    assert reached(proxies={"https": "http://mine:1"}).proxies == {"http": "http://proxy:3128"}


def test_a_proxy_s_password_is_not_shown() -> None:
    """It is part of the proxy's URL."""
    assert "hush" not in repr(reached(proxies={"http": "http://ada:hush@mine:1"}))


def test_a_ca_bundle_comes_from_the_environment(tmp_path: Path) -> None:
    """REQUESTS_CA_BUNDLE before CURL_CA_BUNDLE, and what is given before both."""
    one, other = tmp_path / "one.pem", tmp_path / "other.pem"
    one.touch()
    other.touch()
    both = {"REQUESTS_CA_BUNDLE": str(one), "CURL_CA_BUNDLE": str(other)}

    assert reached().verify is True
    assert reached(environment=both).verify == str(one)
    assert reached(environment={"CURL_CA_BUNDLE": str(other)}).verify == str(other)
    assert reached(environment=both, verify=str(other)).verify == str(other)
    assert reached(environment=both, verify=False).verify is False
    assert reached(environment=both, trust_env=False).verify is True


@pytest.mark.parametrize("cert", ["/nowhere.pem", ("/nowhere.pem", "/nowhere.key")])
def test_a_missing_file_is_told_at_construction(cert: str | tuple[str, str]) -> None:
    """Rather than at the first call."""
    with pytest.raises(errors.ArgumentError, match=r"there is no file /nowhere\.pem"):
        reached(cert=cert)
    with pytest.raises(errors.ArgumentError, match=r"there is no file /nowhere\.pem"):
        reached(verify="/nowhere.pem")
