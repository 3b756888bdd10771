# One image for each service: docker build --build-arg SERVICE=order -t mesh/order .
# docs/how-to/images.md says how it is built, run, and checked here without Docker.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
# Another image with /src/node_modules of this lock saves the installation.
ARG DEPENDENCIES=dependencies

# All packages of the lock. In a layer of its own: it is made anew only when the lock changes.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Of the one who builds, where it is needed, and no part of any layer: the authorities of a proxy, a registry.
RUN --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

FROM ${DEPENDENCIES} AS build
ARG SERVICE
ARG SOURCE_DATE_EPOCH=0
WORKDIR /src
COPY . .
RUN node tools/run.mjs tools/image/assemble.mjs ${SERVICE} /image

# Node, the libraries it loads, and the service: no shell, no package manager.
FROM scratch
COPY --from=build /image/runtime/ /
COPY --from=build /image/dependencies/ /app/node_modules/
COPY --from=build /image/app/ /app/

ARG SERVICE
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG NODE_IMAGE
# 16 for the gateway, which has requests and sockets.
ARG SEMI_SPACE_MB=4
LABEL org.opencontainers.image.title="mesh-${SERVICE}" \
      org.opencontainers.image.description="The service ${SERVICE} of Protocol Mesh" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"

ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=${SEMI_SPACE_MB} \
    MESH_PROFILE=brokers \
    HOST=0.0.0.0 \
    MANAGEMENT_PORT=9090 \
    GRPC_PORT=50051 \
    PORT=3000 \
    WEB_ROOT=/app/web
WORKDIR /app
USER 65532:65532
EXPOSE 3000 50051 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["/usr/local/bin/node", "/app/health.mjs"]
STOPSIGNAL SIGTERM
# Node is the first process: the service's own handlers take the signals. With --migrate it brings its
# database up to date and ends.
ENTRYPOINT ["/usr/local/bin/node", "--import", "/app/first.mjs", "/app/main.js"]
