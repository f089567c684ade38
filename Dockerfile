# reeld in a container, as a daemon or for one batch. docs/container.md says how to build and run it.

FROM debian:bookworm-slim AS build
COPY .dev/build_packages /src/.dev/
RUN apt-get update \
    && xargs apt-get install -y --no-install-recommends </src/.dev/build_packages \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
ENV LANG=C.UTF-8 CCACHE_BASEDIR=/src CCACHE_NOHASHDIR=1
RUN cmake --preset release -DREELD_TESTS=OFF && cmake --build --preset release --target reeld
# Another revision alone compiles one file. The version is for the label; the program's own stands in CMakeLists.txt, and
# the two must agree.
ARG VERSION
ARG REVISION
RUN { [ -z "$VERSION" ] || grep -qF "project(reeld VERSION $VERSION " CMakeLists.txt; } \
    && cmake -DREELD_REVISION="$REVISION" build/release \
    && cmake --build --preset release --target reeld \
    && strip -o /reeld build/release/reeld

FROM debian:bookworm-slim
# tini is process 1: it reaps what the programs of hooks leave behind. Any user of group 0 may have the data folder, also
# one that the platform chooses (OpenShift) or a person brings along (--user "$(id -u):0").
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libfmt9 libprometheus-cpp-core1.0 libspdlog1.10 \
      libsqlite3-0 libssl3 libsystemd0 libtomlplusplus3 tini tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 reeld \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/reeld --no-create-home --shell /usr/sbin/nologin reeld \
    && install -d -o 10001 -g 0 -m 0770 /var/lib/reeld
COPY config/reeld.toml /etc/reeld/reeld.toml
COPY --from=build /reeld /usr/bin/reeld

# The key may be the secret leonardo-api-key, else the variable LEONARDO_API_KEY.
ENV STATE_DIRECTORY=/var/lib/reeld CREDENTIALS_DIRECTORY=/run/secrets REELD_LOG__FORMAT=json
# The queue; spool/ and results/ in it may be volumes of their own.
VOLUME /var/lib/reeld
WORKDIR /var/lib/reeld
USER 10001:10001
STOPSIGNAL SIGTERM
# Only of a container that runs the daemon can it be said that the daemon does not answer.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ! grep -qz '^serve$' /proc/1/cmdline || reeld doctor --quick
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/bin/reeld"]
CMD ["serve"]

ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="reeld" \
      org.opencontainers.image.description="A durable render queue for LTX video on the Leonardo.AI REST API" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="debian:bookworm-slim"
