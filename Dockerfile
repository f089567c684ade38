# Builds and runs reeld on Debian 12. The data volume holds queue, spool and results.
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates clang-19 cmake libboost1.81-dev libcli11-dev libfmt-dev libspdlog-dev libsqlite3-dev libssl-dev libsystemd-dev \
      libtomlplusplus-dev lld-19 ninja-build nlohmann-json3-dev pkg-config prometheus-cpp-dev \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN cmake -S /src -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-19 \
    && cmake --build /build --target reeld

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libfmt9 libprometheus-cpp-core1.0 libspdlog1.10 libsqlite3-0 libssl3 libtomlplusplus3 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/reeld --create-home --shell /usr/sbin/nologin reeld
COPY --from=build /build/reeld /usr/bin/reeld
USER 10001:10001
ENV STATE_DIRECTORY=/var/lib/reeld REELD_LOG__FORMAT=json
VOLUME /var/lib/reeld
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/reeld"]
CMD ["serve"]
