"""Nobody is led to a cluster that anybody could send programs to."""

import pytest

from fanal.engines.cluster_access import Access
from fanal.errors import UsageError
from fanal.settings import Settings


@pytest.fixture
def folder(tmp_path):
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("zz-test-0001")
    return str(tmp_path)


def test_without_an_address_there_is_a_cluster_of_our_own():
    assert Access.told(Settings()) == Access("", "")


@pytest.mark.parametrize("address", ["10.0.0.1:8786", "tls://10.0.0.1:8786"])
def test_an_address_means_tls(address, folder):
    told = Access.told(Settings(cluster=address, cluster_tls=folder))
    assert told == Access("tls://10.0.0.1:8786", folder)


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "tcp://example.org:1"])
def test_an_open_cluster_is_refused_unless_told(address):
    with pytest.raises(UsageError, match="is open: whoever reaches it"):
        Access.told(Settings(cluster=address))
    assert Access.told(Settings(cluster=address, cluster_open=True)) == Access(address, "")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:1", "[::1]:1"])
def test_loopback_may_be_open(host):
    assert Access.told(Settings(cluster=f"tcp://{host}")).security() is None


@pytest.mark.parametrize("host", ["127.evil.example:1", "localhost.example:1"])
def test_a_name_that_looks_like_loopback_is_none(host):
    with pytest.raises(UsageError, match="is open"):
        Access.told(Settings(cluster=f"tcp://{host}"))


def test_another_scheme_is_refused():
    with pytest.raises(UsageError, match="cannot be at 'ws://"):
        Access.told(Settings(cluster="ws://10.0.0.1:8786"))


def test_missing_credentials_are_named(tmp_path):
    with pytest.raises(UsageError, match="needs credentials"):
        Access.told(Settings(cluster="10.0.0.1:8786"))
    with pytest.raises(UsageError, match=r"there is no .*cert\.pem"):
        Access.told(Settings(cluster="10.0.0.1:8786", cluster_tls=str(tmp_path)))


def test_a_certificate_may_be_its_own_authority(folder, tmp_path):
    pytest.importorskip("distributed", reason="fanal[cluster] is not installed")
    access = Access.told(Settings(cluster="10.0.0.1:8786", cluster_tls=folder))
    assert access.security().tls_ca_file == str(tmp_path / "cert.pem")
    (tmp_path / "ca.pem").write_text("zz-test-0001")
    assert access.security().tls_ca_file == str(tmp_path / "ca.pem")
    assert access.security().require_encryption
