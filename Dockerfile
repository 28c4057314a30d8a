# The hook and, as the target `simulator`, the stand-in for the platform. `make image` builds the first.
#
# BASE_IMAGE may be any image with Python 3.11 or newer and its venv module: the public slim image (the default, named by
# the digest of its multi-platform index) or Debian with python3 and python3-venv.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285

# The root file system is read-only when the image runs, so nothing can be compiled then, and the public slim image carries
# no bytecode of the standard library. Compiled here, it saves that time in every Pod.
FROM ${BASE_IMAGE} AS base
RUN ["python3", "-c", "import compileall, re, sysconfig; compileall.compile_dir(sysconfig.get_path('stdlib'), quiet=2, workers=0, rx=re.compile(r'/(test|tests|idlelib|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|site-packages|dist-packages)/'))"]

FROM base AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# pip and the build backend stay in an environment of their own, which the image never sees.
COPY requirements/build.txt requirements/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes -r requirements/build.txt \
    && python3 -m venv --without-pip /opt/flowsync
COPY requirements/run.txt requirements/
# The Kubernetes client comes twice; its copy for asyncio is never imported and would be a third of the image.
RUN /opt/build/bin/pip --python /opt/flowsync/bin/python install --require-hashes --only-binary :all: -r requirements/run.txt \
    && rm -rf /opt/flowsync/lib/python3.*/site-packages/kubernetes/aio \
    && /opt/flowsync/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/flowsync/lib

FROM dependencies AS wheel
COPY pyproject.toml README.md LICENSE ./
COPY charts/flow-sync-lib charts/flow-sync-lib
COPY hook hook
COPY simulator simulator
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/dist .

FROM dependencies AS build
COPY --from=wheel /opt/dist /opt/dist
RUN /opt/build/bin/pip --python /opt/flowsync/bin/python install --no-deps /opt/dist/*.whl \
    && /opt/flowsync/bin/python -m compileall -q --invalidation-mode unchecked-hash \
        /opt/flowsync/lib/python3.*/site-packages/hook /opt/flowsync/lib/python3.*/site-packages/simulator

FROM dependencies AS build-simulator
COPY requirements/simulator.txt requirements/
RUN /opt/build/bin/pip --python /opt/flowsync/bin/python install --require-hashes --only-binary :all: -r requirements/simulator.txt \
    && /opt/flowsync/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/flowsync/lib
COPY --from=wheel /opt/dist /opt/dist
RUN /opt/build/bin/pip --python /opt/flowsync/bin/python install --no-deps /opt/dist/*.whl \
    && /opt/flowsync/bin/python -m compileall -q --invalidation-mode unchecked-hash \
        /opt/flowsync/lib/python3.*/site-packages/hook /opt/flowsync/lib/python3.*/site-packages/simulator

FROM base AS simulator
ARG VERSION=0.0.0+local
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="genesys-flow-sync-simulator" \
      org.opencontainers.image.description="A Genesys Cloud stand-in for tests and demos" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build-simulator /opt/flowsync /opt/flowsync
ENV PATH=/opt/flowsync/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
USER 65532:65532
EXPOSE 8080 8081 8082
ENTRYPOINT ["python", "-m", "simulator"]
CMD ["--host", "0.0.0.0", "--api-port", "8080", "--login-port", "8081", "--gateway-port", "8082"]

# The last stage is what a build without a target makes.
FROM base AS hook
ARG VERSION=0.0.0+local
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="genesys-flow-sync" \
      org.opencontainers.image.description="Make a Genesys Cloud organisation match the files in Git, as an Argo CD hook" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /opt/flowsync /opt/flowsync
# HOME: the number has no entry in /etc/passwd, and /tmp is what a Pod with a read-only root can write.
ENV PATH=/opt/flowsync/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /workspace
USER 65532:65532
ENTRYPOINT ["flowsync"]
CMD ["sync"]
