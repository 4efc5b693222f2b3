/**
 * Faults on purpose: servers in processes of their own are killed, starved, cut off and abused
 * while many clients write and read, and nothing that was acknowledged may be lost or stored twice.
 *
 * <p>A fault is a {@link io.annals.faults.Fault}; everything else is the same for all of them. To
 * add one, add it to a list of {@link io.annals.faults.FaultsIT}.
 */
@NullMarked
package io.annals.faults;

import org.jspecify.annotations.NullMarked;
