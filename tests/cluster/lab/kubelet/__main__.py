"""``python -m tests.cluster.lab.kubelet``: be a node until a signal comes. Needs root and runc."""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.cluster.lab.kubelet import images
from tests.cluster.lab.kubelet.api import Api
from tests.cluster.lab.kubelet.node import Kubelet
from tests.cluster.lab.kubelet.peaks import Peaks
from tests.cluster.lab.kubelet.pods import Node
from tests.cluster.lab.kubelet.server import Server, self_signed


def arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="kubelet stand-in", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="for the API server; an administrator's will do")
    parser.add_argument("--node", default="lab", help="name of the node")
    parser.add_argument("--port", type=int, required=True, help="port of the log server on 127.0.0.1")
    parser.add_argument(
        "--data", type=Path, required=True, help="directory for Pods; overlay mounts must be possible there"
    )
    parser.add_argument(
        "--image", action="append", default=[], metavar="NAME=ROOTFS,CONFIG", help="an image that the node has"
    )
    parser.add_argument("--tls-cert", type=Path, help="certificate of the log server; without one it makes its own")
    parser.add_argument("--tls-key", type=Path, help="its key")
    parser.add_argument(
        "--client-ca", type=Path, help="authority of those who may read logs; without one, everybody may"
    )
    parser.add_argument("--api-host", help="KUBERNETES_SERVICE_HOST of Pods; by default the kubeconfig's host")
    parser.add_argument("--api-port", help="KUBERNETES_SERVICE_PORT of Pods")
    return parser.parse_args()


def main() -> None:
    """Run."""
    options = arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    if shutil.which("runc") is None:
        sys.exit("The kubelet stand-in runs containers with runc; install it (on Debian: apt-get install runc).")
    data: Path = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    api = Api(options.kubeconfig)
    server_url = urlsplit(api.server)
    node = Node(
        name=options.node,
        api=api,
        folder=data,
        images={image.name: image for image in map(images.parse, options.image)},
        service=(options.api_host or server_url.hostname or "", options.api_port or str(server_url.port or 443)),
        peaks=Peaks(data / "peaks.jsonl"),
    )
    kubelet = Kubelet(node, options.port)
    certificate = (options.tls_cert, options.tls_key) if options.tls_cert and options.tls_key else self_signed(data)
    server = Server(kubelet, options.port, certificate, options.client_ca)
    threading.Thread(target=server.serve_forever, daemon=True, name="server").start()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    kubelet.start()
    ready = {"event": "kubelet ready", "node": options.node, "port": options.port, "images": sorted(node.images)}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    ended.wait()
    kubelet.stop()
    server.shutdown()


if __name__ == "__main__":
    main()
