# Annals in a container. Never built where it was written: there is no Docker engine there.
#   docker build -t annals .
# With EMBEDDED="postgres", "cassandra" or "postgres cassandra" the image also carries the databases
# that Annals can run itself; without, it needs ANNALS_POSTGRES_URI.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -q -DskipTests -DskipITs -pl api -am package
ARG EMBEDDED=""
WORKDIR /src/api/target
RUN case " $EMBEDDED " in *" postgres "*) rm lib/embedded-postgres-binaries-darwin-*.jar ;; \
      *) rm lib/embedded-postgres-binaries-*.jar ;; esac; \
    case " $EMBEDDED " in *" cassandra "*) ;; *) rm -r lib/cassandra ;; esac

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/annals --create-home annals \
    && chmod 700 /var/lib/annals
COPY --from=build /src/api/target/lib /opt/annals/lib
COPY --from=build /src/api/target/annals.jar /opt/annals/annals.jar
COPY ops/docker/healthy /opt/annals/healthy
USER annals
# The signing key, and the embedded databases' data.
VOLUME /var/lib/annals
ENV ANNALS_HTTP_HOST=0.0.0.0 \
    ANNALS_DATA_DIR=/var/lib/annals
# 8081 is for health and metrics: do not publish it.
EXPOSE 8080
# Healthy means alive: the management port opens first. Whether it serves, and which database is
# away, is told by /health/ready, and no reason to replace the container.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/opt/annals/healthy"]
# Half of the container's memory is heap; network buffers and threads need room as well.
# JDK_JAVA_OPTIONS adds options of yours.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "-jar", "/opt/annals/annals.jar"]
CMD ["serve"]
