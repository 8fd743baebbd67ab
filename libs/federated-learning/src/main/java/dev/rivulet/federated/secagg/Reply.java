// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

/**
 * What a device makes of a message of the server.
 *
 * @param <M> what it would send
 */
public sealed interface Reply<M extends Message> {

    /** The message was in order; this is the answer. */
    record Sent<M extends Message>(M message) implements Reply<M> {}

    /**
     * The message was not, and changed nothing.
     *
     * @param reason for people
     */
    record Refused<M extends Message>(String reason) implements Reply<M> {}
}
