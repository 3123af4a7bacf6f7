"""How to reach a cluster that others started: its address and the credentials."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.settings import Settings

LOOPBACK = re.compile(r"(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+")
CERTIFICATE, KEY, AUTHORITY = "cert.pem", "key.pem", "ca.pem"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the scheduler is, "" for one of our own, and where the credentials lie."""

    address: str
    folder: str

    @classmethod
    def told(cls, settings: Settings) -> "Access":
        """Read the settings; refuse a cluster to which anybody could send programs."""
        address = settings.cluster
        if address and "://" not in address:
            address = f"tls://{address}"
        scheme, _, host = address.partition("://")
        if scheme not in {"", "tls", "tcp"}:
            raise UsageError(
                f"the cluster cannot be at {address!r}",
                "write tls://HOST:PORT, like tls://10.0.0.1:8786",
            )
        if scheme == "tcp" and not LOOPBACK.fullmatch(host) and not settings.cluster_open:
            raise UsageError(
                f"the cluster {address} is open: whoever reaches it runs programs on its workers",
                "use tls:// and cluster_tls, or set cluster_open where the network is yours alone",
            )
        if scheme == "tls":
            if not settings.cluster_tls:
                raise UsageError(
                    f"the cluster {address} needs credentials",
                    f"set cluster_tls to the folder with {CERTIFICATE} and {KEY}",
                )
            for name in (CERTIFICATE, KEY):
                if not (path := Path(settings.cluster_tls, name)).is_file():
                    raise UsageError(
                        f"there is no {path}", "make it as the guide's cluster page says"
                    )
        return cls(address, settings.cluster_tls if scheme == "tls" else "")

    def security(self) -> Any:
        """Return the credentials as Dask takes them; a certificate may be its own authority."""
        if not self.folder:
            return None
        from distributed.security import Security  # noqa: PLC0415 (only where it is installed)

        home = Path(self.folder)
        authority = home / AUTHORITY
        return Security(
            tls_ca_file=str(authority if authority.is_file() else home / CERTIFICATE),
            tls_client_cert=str(home / CERTIFICATE),
            tls_client_key=str(home / KEY),
            require_encryption=True,
        )
