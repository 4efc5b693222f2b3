/**
 * The database servers that integration tests run against, one of a kind for all tests of a JVM.
 * System properties say where they come from:
 *
 * <ul>
 *   <li>By default tests bring them along: {@link io.annals.embedded}, with the data in {@code
 *       target} of the module that is tested.
 *   <li>{@code annals.it.postgres.uri} and {@code annals.it.cassandra.contactPoints} name a server
 *       that runs already, see {@link io.annals.servers.PostgresServer} and {@link
 *       io.annals.servers.CassandraServer}. Nothing else is started for that database.
 *   <li>{@code annals.it.servers=testcontainers} starts the official images of PostgreSQL 18 and
 *       Cassandra 5 in the Docker engine of the machine. Without one every test that needs a server
 *       fails.
 * </ul>
 *
 * <p>Tests that stop, kill or suspend a server, or need one that is set up otherwise, bring an
 * embedded one of their own, whatever is chosen here.
 */
@NullMarked
package io.annals.servers;

import org.jspecify.annotations.NullMarked;
