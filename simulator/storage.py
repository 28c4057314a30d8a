"""The object store behind presigned URLs: uploads of flow jobs, downloads of export jobs."""

from __future__ import annotations

from simulator.export_jobs import DOWNLOADS
from simulator.flow_jobs import UPLOADS
from simulator.http import Call, Endpoint, Reply
from simulator.runs import start
from simulator.signatures import refused
from simulator.world import World

TWO_WAYS = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
    "the Authorization header should be specified"
)
MISMATCH = "The request signature we calculated does not match the signature you provided."


def upload(world: World, call: Call) -> Reply:
    """PUT of a flow job's file: exactly the signed headers; each arrival starts a run of the job."""
    job = world.state.flow_jobs.get(call.params["jobId"])
    if job is None:
        return refused(403, "AccessDenied", "Access Denied")
    if refusal := _unsigned(world, call, query=job.query, expires=job.expires):
        return refusal
    if any(call.headers.get(name) != value for name, value in job.headers.items()):
        return refused(403, "SignatureDoesNotMatch", MISMATCH)
    if any(name.startswith("x-amz-") and name not in job.headers for name in call.headers):
        return refused(403, "AccessDenied", "There were headers present in the request which were not signed")
    start(world, job, call.body)
    return Reply(status=200, headers={"ETag": '"simulated"'})


def download(world: World, call: Call) -> Reply:
    """GET of what an export job made."""
    job = world.state.export_jobs.get(call.params["jobId"])
    if job is None or job.status != "Success":
        return refused(403, "AccessDenied", "Access Denied")
    if refusal := _unsigned(world, call, query=job.query, expires=job.expires):
        return refusal
    kind = "application/zip" if job.file_name.endswith(".zip") else "application/octet-stream"
    return Reply(status=200, body=job.content, headers={"Content-Type": kind})


def _unsigned(world: World, call: Call, *, query: dict[str, str], expires: float) -> Reply | None:
    if "authorization" in call.headers:
        return refused(400, "InvalidArgument", TWO_WAYS)
    if dict(call.query) != query:
        return refused(403, "SignatureDoesNotMatch", MISMATCH)
    if expires <= world.now():
        return refused(403, "AccessDenied", "Request has expired")
    return None


def _wrong_verb(_world: World, call: Call) -> Reply:
    if call.method == "POST":
        return refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    return refused(403, "SignatureDoesNotMatch", MISMATCH)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module, with the verbs that a signature does not cover."""
    uploads = f"{UPLOADS}/{{jobId}}/{{file}}"
    downloads = f"{DOWNLOADS}/{{jobId}}/{{file}}"
    verbs = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")
    return [
        Endpoint("PUT", uploads, upload),
        Endpoint("GET", downloads, download),
        *(Endpoint(verb, uploads, _wrong_verb) for verb in verbs if verb != "PUT"),
        *(Endpoint(verb, downloads, _wrong_verb) for verb in verbs if verb != "GET"),
    ]
