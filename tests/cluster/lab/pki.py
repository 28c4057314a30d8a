"""The certificates of the lab, made by openssl: one authority, and what it signed. Valid for two days."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

SERVER_NAMES = "DNS:localhost,DNS:kubernetes.default.svc,DNS:kubernetes.default,DNS:kubernetes,IP:127.0.0.1"


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Pki:
    """Everything that the control plane is started with.

    Attributes:
        authority: Signs all others; the client CA and the root CA of the cluster.
        server: For the API server and the kubelet's port (localhost, 127.0.0.1).
        admin: Client certificate in the group `system:masters`.
        kubelet_client: With which the API server asks the kubelet for logs.
        tokens: Key pair that signs service account tokens.
    """

    authority: Pair
    server: Pair
    admin: Pair
    kubelet_client: Pair
    tokens: Path


def make(directory: Path) -> Pki:
    """Make all keys and certificates below an existing directory.

    Raises:
        subprocess.CalledProcessError: openssl failed.
    """
    authority = Pair(directory / "ca.crt", directory / "ca.key")
    _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
        # Python 3.13 and newer refuse an authority that does not say what its key is for.
        *("-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"),
        *("-subj", "/CN=flow-sync-lab", "-keyout", authority.key, "-out", authority.certificate),
    )
    tokens = directory / "tokens.key"
    _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", tokens)
    return Pki(
        authority=authority,
        server=_signed(directory, authority, "server", "/CN=kube-apiserver", f"subjectAltName={SERVER_NAMES}"),
        admin=_signed(directory, authority, "admin", "/O=system:masters/CN=lab-admin", "extendedKeyUsage=clientAuth"),
        kubelet_client=_signed(
            directory,
            authority,
            "kubelet-client",
            "/O=system:masters/CN=kube-apiserver-kubelet-client",
            "extendedKeyUsage=clientAuth",
        ),
        tokens=tokens,
    )


def write_kubeconfig(path: Path, pki: Pki, *, server: str, namespace: str) -> None:
    """Write a kubeconfig of the administrator that holds all it needs (readable by the owner alone)."""
    user = {
        "client-certificate-data": _base64(pki.admin.certificate),
        "client-key-data": _base64(pki.admin.key),
    }
    cluster = {"server": server, "certificate-authority-data": _base64(pki.authority.certificate)}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": cluster}],
        "users": [{"name": "admin", "user": user}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "admin", "namespace": namespace}}],
        "current-context": "lab",
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


def _signed(directory: Path, authority: Pair, name: str, subject: str, extension: str) -> Pair:
    pair = Pair(directory / f"{name}.crt", directory / f"{name}.key")
    request, extensions = directory / f"{name}.csr", directory / f"{name}.ext"
    identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    extensions.write_text(f"{extension}\n{identifiers}", encoding="utf-8")
    _openssl(
        *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject),
        *("-keyout", pair.key, "-out", request),
    )
    _openssl(
        *("x509", "-req", "-days", "2", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key),
        *("-CAcreateserial", "-extfile", extensions, "-out", pair.certificate),
    )
    return pair


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, stderr=subprocess.PIPE)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
